/*
 * Allocations that are counted, and fail when a test says so. The linker replaces malloc() and
 * its kin by the functions of memory.c (--wrap), in the library and in libyaml where that is
 * linked statically; so this works under valgrind and sanitizers too.
 */
#ifndef TESTS_MEMORY_H
#define TESTS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

struct memory {
    size_t calls; /* since they are counted */
    size_t fail;  /* the call that fails, from 1; 0 for none */
    bool onward;  /* and all behind it */
    long live;    /* blocks handed out and not given back */
    size_t
        bytes; /* in these blocks, as much as the allocator gave: that is what a process needs */
    size_t peak;
    bool bare; /* fresh memory is left as it is */
};

extern struct memory memory;

void start_counting(size_t fail, bool onward);

/** How many calls there were; from now on none fails. */
size_t stop_counting(void);

#endif
