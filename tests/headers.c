/* headers.c - a program that includes the public header alone, and twice. */
#include <tracedag/tracedag.h>

int main(void)
{
    return tracedag_version_number() == TRACEDAG_VERSION_NUMBER ? 0 : 1;
}
