/* SPDX-License-Identifier: MIT */
/* Buffered files and formatted text. */
#define _GNU_SOURCE
#include "check.h"

#include <inttypes.h>
#include <math.h>

#define CHECK_PRINTS(expected, ...)                            \
    do {                                                       \
        char check_text[256];                                  \
        snprintf(check_text, sizeof(check_text), __VA_ARGS__); \
        CHECK_STR_EQ(check_text, expected);                    \
    } while (0)

TEST(integers_are_formatted)
{
    CHECK_PRINTS("42 -42 +42 00042 2a 0X2A 52", "%d %d %+d %05d %x %#X %o", 42, -42, 42, 42, 42, 42,
                 42);
    CHECK_PRINTS("[   7|7   |007]", "[%4d|%-4d|%.3d]", 7, 7, 7);
    CHECK_PRINTS("-9223372036854775808 18446744073709551615", "%" PRId64 " %" PRIu64, INT64_MIN,
                 UINT64_MAX);
    CHECK_PRINTS("-1 65535 255", "%hhd %hu %hhu", (signed char)-1, (unsigned short)65535,
                 (unsigned char)255);
}

TEST(text_and_floats_are_formatted)
{
    CHECK_PRINTS("[abc|  abc|abc  |ab]", "[%s|%5s|%-5s|%.2s]", "abc", "abc", "abc", "abc");
    CHECK_PRINTS("3.142 1e+10 0.1 1.5000e-05", "%.3f %g %g %.4e", 3.14159, 1e10, 0.1, 1.5e-5);
    CHECK_PRINTS("inf nan 0x1.8p+1", "%f %f %a", (double)INFINITY, (double)NAN, 3.0);
    CHECK_PRINTS("0.1000000000000000055511151231257827", "%.34f", 0.1);
    CHECK_PRINTS("x% 0", "%c%% %d", 'x', 0);
    CHECK_EQ(snprintf(NULL, 0, "%s", "12345"), 5);
}

TEST(text_is_scanned)
{
    int a = 0, b = 0;
    double f = 0;
    char word[16];
    CHECK_EQ(sscanf(" 12 0x1f 2.5e3 word rest", "%d %x %lf %15s", &a, (unsigned *)&b, &f, word), 4);
    CHECK_EQ(a, 12);
    CHECK_EQ(b, 31);
    CHECK(f == 2500.0);
    CHECK_STR_EQ(word, "word");
    CHECK_EQ(sscanf("x", "%d", &a), 0);
    CHECK_EQ(sscanf("", "%d", &a), EOF);
    char *end;
    CHECK_EQ(strtol("-0777z", &end, 8), -0777);
    CHECK_STR_EQ(end, "z");
    errno = 0;
    CHECK_EQ(strtol("99999999999999999999", NULL, 10), LONG_MAX);
    CHECK_EQ(errno, ERANGE);
}

TEST(lines_go_through_a_file)
{
    char line[64], expected[64];
    FILE *file = fopen("lines", "w");
    CHECK(file);
    for (int i = 0; i < 5000; i++) {
        CHECK(fprintf(file, "line %d of five thousand\n", i) > 0);
    }
    CHECK_EQ(fclose(file), 0);
    file = fopen("lines", "r");
    CHECK(file);
    int i = 0;
    for (; fgets(line, sizeof(line), file); i++) {
        snprintf(expected, sizeof(expected), "line %d of five thousand\n", i);
        CHECK_STR_EQ(line, expected);
    }
    CHECK_EQ(i, 5000);
    CHECK(feof(file) && !ferror(file));
    CHECK_EQ(fclose(file), 0);
}

TEST(streams_seek_and_take_back)
{
    char text[8];
    FILE *file = fopen("seek", "w+");
    CHECK(file);
    CHECK_EQ(fwrite("0123456789", 1, 10, file), 10);
    CHECK_EQ(ftell(file), 10);
    CHECK_EQ(fseek(file, -4, SEEK_END), 0);
    CHECK_EQ(fgetc(file), '6');
    CHECK_EQ(ungetc('x', file), 'x');
    CHECK_EQ(fgetc(file), 'x');
    CHECK_EQ(fgetc(file), '7');
    rewind(file);
    CHECK_EQ(fread(text, 2, 3, file), 3);
    CHECK(!memcmp(text, "012345", 6));
    CHECK_EQ(fseek(file, 0, SEEK_CUR), 0);
    CHECK(fputs("AB", file) >= 0);
    CHECK_EQ(fflush(file), 0);
    CHECK_EQ(fseeko(file, 4, SEEK_SET), 0);
    CHECK(fgets(text, 7, file));
    CHECK_STR_EQ(text, "45AB89");
    CHECK_EQ(fclose(file), 0);
}

TEST(append_mode_ignores_the_position)
{
    char text[16];
    FILE *file = fopen("append", "w");
    fputs("one", file);
    fclose(file);
    file = fopen("append", "a");
    CHECK(file);
    CHECK_EQ(fseek(file, 0, SEEK_SET), 0);
    fputs("+two", file);
    CHECK_EQ(fclose(file), 0);
    check_read_file("append", text, sizeof(text));
    CHECK_STR_EQ(text, "one+two");
}

TEST(errors_are_kept_by_the_stream)
{
    CHECK(!fopen("none/none", "r"));
    CHECK_EQ(errno, ENOENT);
    CHECK(!fopen("x", "q"));
    CHECK_EQ(errno, EINVAL);
    FILE *file = fopen("/dev/full", "w");
    CHECK(file);
    CHECK(fputs("lost", file) >= 0);
    CHECK_EQ(fclose(file), EOF);
    CHECK_EQ(errno, ENOSPC);
    file = fopen("/dev/null", "r");
    CHECK_EQ(fputc('x', file), EOF);
    CHECK(ferror(file));
    clearerr(file);
    CHECK(!ferror(file));
    fclose(file);
}

TEST(buffering_is_as_asked)
{
    char text[16];
    FILE *file = fopen("buffer", "w");
    CHECK_EQ(setvbuf(file, NULL, _IOFBF, 4096), 0);
    fputs("held", file);
    CHECK_EQ(check_read_file("buffer", text, sizeof(text)), 0);
    CHECK_EQ(fflush(file), 0);
    CHECK_EQ(check_read_file("buffer", text, sizeof(text)), 4);
    fclose(file);
    file = fopen("buffer", "w");
    CHECK_EQ(setvbuf(file, NULL, _IONBF, 0), 0);
    fputc('x', file);
    CHECK_EQ(check_read_file("buffer", text, sizeof(text)), 1);
    fclose(file);
    file = fopen("buffer", "w");
    CHECK_EQ(setvbuf(file, NULL, _IOLBF, 4096), 0);
    fputs("part", file);
    CHECK_EQ(check_read_file("buffer", text, sizeof(text)), 0);
    fputs("\n", file);
    CHECK_EQ(check_read_file("buffer", text, sizeof(text)), 5);
    fclose(file);
}

TEST(getline_grows_and_splits)
{
    FILE *file = fopen("long", "w");
    for (int i = 0; i < 10000; i++) {
        fputc('a' + i % 26, file);
    }
    fputs("\nshort\nlast", file);
    fclose(file);
    char *line = NULL;
    size_t size = 0;
    file = fopen("long", "r");
    CHECK_EQ(getline(&line, &size, file), 10001);
    CHECK_EQ(line[9999], 'a' + 9999 % 26);
    CHECK_EQ(getline(&line, &size, file), 6);
    CHECK_EQ(getdelim(&line, &size, 's', file), 3);
    CHECK_STR_EQ(line, "las");
    CHECK_EQ(getline(&line, &size, file), 1);
    CHECK_EQ(getline(&line, &size, file), -1);
    free(line);
    fclose(file);
}

TEST(streams_over_memory)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    CHECK(file);
    fprintf(file, "%s-%d", "memory", 7);
    CHECK_EQ(fclose(file), 0);
    CHECK_EQ(size, 8);
    CHECK_STR_EQ(text, "memory-7");
    free(text);
    char fixed[] = "1 2 3";
    int sum = 0, n;
    file = fmemopen(fixed, 5, "r");
    while (fscanf(file, "%d", &n) == 1) {
        sum += n;
    }
    CHECK_EQ(sum, 6);
    fclose(file);
}

TEST(temporary_files_work)
{
    char name[] = "temp-XXXXXX";
    const int fd = mkstemp(name);
    CHECK(fd >= 0);
    CHECK(strcmp(name, "temp-XXXXXX"));
    CHECK_EQ(access(name, R_OK | W_OK), 0);
    close(fd);
    FILE *file = tmpfile();
    CHECK(file);
    CHECK(fputs("t", file) >= 0);
    rewind(file);
    CHECK_EQ(fgetc(file), 't');
    fclose(file);
}

TEST(descriptors_and_streams_meet)
{
    char text[32];
    const int fd = open("met", O_CREAT | O_RDWR, 0644);
    FILE *file = fdopen(fd, "w");
    CHECK(file);
    CHECK_EQ(fileno(file), fd);
    fputs("by stream ", file);
    fflush(file);
    CHECK_EQ(write(fd, "by call", 7), 7);
    fclose(file);
    CHECK_FAILS(write(fd, "x", 1), EBADF);
    check_read_file("met", text, sizeof(text));
    CHECK_STR_EQ(text, "by stream by call");
    file = fopen("met", "r");
    file = freopen("other", "w", file);
    CHECK(file);
    fputs("new", file);
    fclose(file);
    CHECK_EQ(check_read_file("other", text, sizeof(text)), 3);
}

TEST(errors_have_words)
{
    CHECK(strlen(strerror(ENOENT)) > 5);
    CHECK(strcmp(strerror(ENOENT), strerror(EACCES)));
    CHECK(strlen(strerror(9999)) > 0);
}

static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

TEST(sorting_and_searching)
{
    static int values[1000];
    for (int i = 0; i < 1000; i++) {
        values[i] = i * 7919 % 1000;
    }
    qsort(values, 1000, sizeof(int), compare);
    for (int i = 0; i < 1000; i++) {
        CHECK_EQ(values[i], i);
    }
    const int key = 617;
    CHECK(bsearch(&key, values, 1000, sizeof(int), compare) == &values[617]);
}
