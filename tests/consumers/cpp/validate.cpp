// The README's program as C++ would have it: handles that release themselves.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <tracedag/tracedag.h>

template <auto release> struct Releaser {
    template <typename T> void operator()(T *handle) const
    {
        release(handle);
    }
};
using Dag = std::unique_ptr<tracedag_dag, Releaser<tracedag_dag_unref>>;
using Report = std::unique_ptr<tracedag_report, Releaser<tracedag_report_unref>>;
using Text = std::unique_ptr<char, Releaser<tracedag_free>>;

static std::string render(const Report &report, const char *name)
{
    char *text = nullptr;
    std::size_t size = 0;
    if (tracedag_report_render(report.get(), TRACEDAG_FORMAT_TEXT, name, 0, &text, &size))
        return "no memory\n";
    return std::string(Text(text).get(), size);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    std::ifstream file(argv[1], std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};

    tracedag_dag *dag = nullptr;
    tracedag_report *report = nullptr;
    const auto status =
        tracedag_check(bytes.data(), bytes.size(), nullptr, &dag, &report);
    const Dag owned_dag(dag);
    const Report owned_report(report);
    if (status != TRACEDAG_OK) {
        std::cerr << render(owned_report, argv[1]);
        return EXIT_FAILURE;
    }
    std::cout << argv[1] << ": accepted, " << tracedag_dag_hash(dag) << '\n';
    return EXIT_SUCCESS;
}
