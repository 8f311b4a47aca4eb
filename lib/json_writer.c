#include "json_writer.h"

static bool is_flat(const struct td_json *w)
{
    return w->flat && w->depth >= w->flat;
}

static void break_line(struct td_json *w)
{
    td_buf_byte(w->out, '\n');
    for (unsigned i = 0; i < w->depth; i++)
        td_buf_text(w->out, "  ");
}

void td_json_separate(struct td_json *w)
{
    if (w->begun)
        td_buf_byte(w->out, ',');
    if (!is_flat(w))
        break_line(w);
    else if (w->begun)
        td_buf_byte(w->out, ' ');
    w->begun = true;
}

void td_json_key(struct td_json *w, struct td_str name)
{
    td_json_separate(w);
    td_buf_json(w->out, name);
    td_buf_text(w->out, ": ");
}

void td_json_begin(struct td_json *w, char bracket)
{
    td_buf_byte(w->out, bracket);
    w->depth++;
    w->begun = false;
}

void td_json_begin_flat(struct td_json *w, char bracket)
{
    if (!w->flat)
        w->flat = w->depth + 1;
    td_json_begin(w, bracket);
}

void td_json_end(struct td_json *w, char bracket)
{
    bool flat = is_flat(w);
    w->depth--;
    if (!flat)
        break_line(w);
    if (w->flat > w->depth)
        w->flat = 0;
    td_buf_byte(w->out, bracket);
    w->begun = true;
}

void td_json_begin_once(struct td_json *w, bool *any, struct td_str name, char bracket)
{
    if (*any)
        return;
    *any = true;
    td_json_key(w, name);
    td_json_begin(w, bracket);
}

void td_json_text(struct td_json *w, const char *value)
{
    td_buf_json(w->out, (struct td_str){value, strlen(value)});
}

void td_json_raw(struct td_json *w, const char *json)
{
    td_buf_text(w->out, json);
}
