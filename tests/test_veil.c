#include "../lib/veil.h"

#include "suites.h"

/* Which texts are credentials is the matter of TD604, and tested by its cases; here, which of them
 * are found in a value, and what is left. */

static void check_veiled(const char *key, const char *json, const char *expected)
{
    static const tracedag_text listed[] = {{"pg_login", 8}, {"api_token_name", 14}};
    const struct td_veil veil = {{key, strlen(key)}, listed, TD_COUNT(listed)};
    struct td_mem mem = {.budget = SIZE_MAX};
    struct td_buf out;
    td_buf_init(&out, &mem);
    bool veiled = td_veil_json(&veil, (struct td_str){json, strlen(json)}, &out);
    td_buf_byte(&out, '\0');
    ck_assert_str_eq(out.ptr, expected);
    ck_assert(veiled == (strcmp(json, expected) != 0));
    td_buf_free(&out);
}

#define AWS "AKIAIOSFODNN7EXAMPLE"

START_TEST(test_forms_of_credentials)
{
    check_veiled("", "\"" AWS "\"", "\"AKIA****\"");
    check_veiled("a", "[1,\"" AWS "\",null]", "[1,\"AKIA****\",null]");
    check_veiled("", "{\"a\":\"postgres://u:" AWS "@h\",\"b\":[]}",
                 "{\"a\":\"post****\",\"b\":[]}");
    check_veiled("", "\"-----BEGIN RSA PRIVATE KEY-----\\nMIIE\"", "\"----****\"");
    check_veiled("", "\"x" AWS "\"", "\"x" AWS "\"");
    check_veiled("", "{\"" AWS "\":1}", "{\"" AWS "\":1}"); /* a key is no value */
}
END_TEST

START_TEST(test_keys_of_credentials)
{
    check_veiled("api_key", "\"0123456789abcdef\"", "\"0123****\"");
    check_veiled("api_key", "{\"a\":\"0123456789abcdef\"}",
                 "{\"a\":\"0123456789abcdef\"}");
    check_veiled("api_key", "[\"0123456789abcdef\"]", "[\"0123456789abcdef\"]");
    check_veiled("", "{\"db_password\":\"hunter22\",\"user\":\"hunter22\"}",
                 "{\"db_password\":\"hu****\",\"user\":\"hunter22\"}");
    check_veiled("", "{\"password\":[{\"x\":1},\"hunter22\"]}",
                 "{\"password\":[{\"x\":1},\"hunter22\"]}");
    check_veiled("", "{\"password\":12345678}", "{\"password\":12345678}");
    check_veiled("password", "\"short\"", "\"short\"");
    check_veiled("password", "\"${PASSWORD}\"", "\"${PASSWORD}\"");
    check_veiled("password", "\"pg_login\"", "\"pg_login\"");
    check_veiled("password", "\"pg_login2\"", "\"pg****\"");
}
END_TEST

START_TEST(test_escapes)
{
    check_veiled("password", "\"a\\\"b\\\\cdefgh\\\\\"", "\"a****\"");
    check_veiled("password", "\"\\u0001\\u0002\"", "\"****\"");
    check_veiled("password", "\"\xC3\xA9t\xC3\xA9-t\xC3\xA9-t\xC3\xA9\"",
                 "\"\xC3\xA9t****\"");
    check_veiled("", "{\"a\":\"\\\"\",\"b\":\"" AWS "\"}",
                 "{\"a\":\"\\\"\",\"b\":\"AKIA****\"}");
    check_veiled("", "{\"a\":\"\",\"\":\"" AWS "\"}", "{\"a\":\"\",\"\":\"AKIA****\"}");
}
END_TEST

Suite *td_suite_veil(void)
{
    Suite *suite = suite_create("veil");
    TCase *tests = tcase_create("veil");
    tcase_add_test(tests, test_forms_of_credentials);
    tcase_add_test(tests, test_keys_of_credentials);
    tcase_add_test(tests, test_escapes);
    suite_add_tcase(suite, tests);
    return suite;
}
