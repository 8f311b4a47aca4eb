/* fortify.c - what glibc's headers make of a call when _FORTIFY_SOURCE is set, for musl.
 *
 * Debian's static libraries are built that way; musl has none of these names. The checks fall
 * away here, the calls stay.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void *__memcpy_chk(void *to, const void *from, size_t size, size_t room)
{
    (void)room;
    return memcpy(to, from, size);
}

int __vfprintf_chk(FILE *file, int flag, const char *format, va_list values)
{
    (void)flag;
    return vfprintf(file, format, values);
}

int __fprintf_chk(FILE *file, int flag, const char *format, ...)
{
    (void)flag;
    va_list values;
    va_start(values, format);
    const int written = vfprintf(file, format, values);
    va_end(values);
    return written;
}

int __printf_chk(int flag, const char *format, ...)
{
    (void)flag;
    va_list values;
    va_start(values, format);
    const int written = vprintf(format, values);
    va_end(values);
    return written;
}

int __vsnprintf_chk(char *to, size_t size, int flag, size_t room, const char *format,
                    va_list values)
{
    (void)flag;
    (void)room;
    return vsnprintf(to, size, format, values);
}

int __snprintf_chk(char *to, size_t size, int flag, size_t room, const char *format, ...)
{
    (void)flag;
    (void)room;
    va_list values;
    va_start(values, format);
    const int written = vsnprintf(to, size, format, values);
    va_end(values);
    return written;
}

int __sprintf_chk(char *to, int flag, size_t room, const char *format, ...)
{
    (void)flag;
    va_list values;
    va_start(values, format);
    const int written = vsnprintf(to, room, format, values);
    va_end(values);
    return written;
}

_Noreturn void __longjmp_chk(jmp_buf where, int value)
{
    longjmp(where, value);
}

/* What glibc's pthread_cleanup_push() calls; nobody cancels a thread here. */
void __pthread_register_cancel(void *buffer)
{
    (void)buffer;
}

void __pthread_unregister_cancel(void *buffer)
{
    (void)buffer;
}
