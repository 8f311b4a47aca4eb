// service.cpp - libtracedag in a C++ service: handles that release themselves, texts as string
// views, lists that are visited. These wrappers need nothing but the header, which is plain C.
//
//     c++ -std=c++17 service.cpp -o service $(pkg-config --cflags --libs tracedag)
//     ./service dag.yaml
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <tracedag/tracedag.h>

struct Unref {
    void operator()(tracedag_dag *dag) const
    {
        tracedag_dag_unref(dag);
    }
    void operator()(tracedag_report *report) const
    {
        tracedag_report_unref(report);
    }
};
using Dag = std::unique_ptr<tracedag_dag, Unref>;
using Report = std::unique_ptr<tracedag_report, Unref>;

static std::string_view view(tracedag_text text)
{
    return {text.ptr, text.len};
}

/// Calls `visit` with each record of a list, whatever its stride.
template <typename Record, typename Visit>
static void each(const tracedag_list &list, Visit visit)
{
    auto at = static_cast<const char *>(list.items);
    for (size_t i = 0; i < list.count; i++, at += list.stride)
        visit(*reinterpret_cast<const Record *>(at));
}

static void print_findings(const char *file, const tracedag_report *report)
{
    tracedag_list findings;
    tracedag_report_findings(report, &findings);
    each<tracedag_finding>(findings, [file](const tracedag_finding &f) {
        std::cout << file << ':' << f.start.line << ':' << f.start.column << ": TD"
                  << f.code << ' ' << view(f.message) << '\n';
    });
}

static void print_jobs(const tracedag_dag *dag)
{
    tracedag_list jobs;
    tracedag_dag_jobs(dag, &jobs);
    std::cout << tracedag_dag_name(dag) << ' ' << tracedag_dag_hash(dag) << '\n';
    each<tracedag_job>(jobs, [](const tracedag_job &job) {
        std::cout << "  " << view(job.name) << ' ' << view(job.operator_name) << '\n';
    });
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::cerr << "usage: service FILE\n";
        return 2;
    }
    std::ifstream file(argv[1], std::ios::binary);
    std::string bytes((1 << 20) + 1, '\0'); // above 1 MiB a document is refused
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (file.bad() || (!file.eof() && file.fail())) {
        std::cerr << argv[1] << ": cannot be read\n";
        return 2;
    }
    bytes.resize(static_cast<std::size_t>(file.gcount()));

    tracedag_dag *dag = nullptr;
    tracedag_report *report = nullptr;
    tracedag_status status =
        tracedag_check(bytes.data(), bytes.size(), nullptr, &dag, &report);
    Dag owned_dag(dag);
    Report owned_report(report);
    if (status == TRACEDAG_OK)
        print_jobs(dag);
    else if (status == TRACEDAG_REJECTED)
        print_findings(argv[1], report);
    else
        std::cerr << argv[1] << ": " << tracedag_status_text(status) << '\n';
    return status == TRACEDAG_OK ? 0 : 1;
}
