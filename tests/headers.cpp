// headers.cpp - the same as headers.c, from C++.
#include <tracedag/tracedag.h>

int main()
{
    tracedag_list jobs = {nullptr, 0, 0};
    tracedag_dag_jobs(nullptr, &jobs);
    return tracedag_version_number() == TRACEDAG_VERSION_NUMBER ? 0 : 1;
}
