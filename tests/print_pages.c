/*
 * Prints the page of each code as a JSON object on a line, from the table of the library.
 * check_codes.py makes the entries of tracedag-diagnostics(7) of them.
 */
#include <stdio.h>

#include "codes.h"
#include "pages.h"

static void put_text(struct td_buf *out, const char *key, tracedag_text text)
{
    td_buf_text(out, ",");
    td_buf_json(out, (struct td_str){key, strlen(key)});
    td_buf_text(out, ":");
    td_buf_json(out, (struct td_str){text.ptr, text.len});
}

/* A document as people see it. */
static void put_document(struct td_buf *out, const char *key, tracedag_text document)
{
    struct td_buf shown;
    td_buf_init(&shown, out->mem);
    td_page_show((struct td_str){document.ptr, document.len}, &shown);
    put_text(out, key, (tracedag_text){shown.ptr, shown.len});
    td_buf_free(&shown);
}

static void put_page(struct td_buf *out, const tracedag_page *page)
{
    td_buf_text(out, "{\"code\":");
    td_buf_number(out, page->code);
    td_buf_text(out, ",\"severity\":");
    td_buf_number(out, page->severity);
    put_text(out, "name", page->name);
    put_text(out, "rule", page->rule);
    put_text(out, "why", page->why);
    put_text(out, "option", page->option);
    put_document(out, "bad", page->bad);
    put_text(out, "message", page->message);
    put_text(out, "advice", page->advice);
    put_document(out, "good", page->good);
    td_buf_text(out, "}\n");
}

int main(void)
{
    struct td_mem mem = {.budget = SIZE_MAX};
    struct td_buf out;
    size_t count;
    const tracedag_code_info *codes = td_code_table(&count);
    td_buf_init(&out, &mem);
    for (size_t i = 0; i < count; i++)
        put_page(&out, td_page_find(codes[i].code));
    bool done = !out.failed && fwrite(out.ptr, 1, out.len, stdout) == out.len;
    td_buf_free(&out);
    return done ? 0 : 1;
}
