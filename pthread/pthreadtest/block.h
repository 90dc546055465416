/* C that blocks, and C that has a signal of its own. */
#ifndef PTTEST_BLOCK_H
#define PTTEST_BLOCK_H

/* pttest_read reads one byte and gives how many it got, or -errno. */
int pttest_read(int fd);

/* pttest_catch has a signal counted; it returns 0 or an errno value. */
int pttest_catch(int sig);
int pttest_caught(int sig);

#endif
