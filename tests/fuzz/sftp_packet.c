/*
 * Whatever an SFTP server sends: no read beyond the packet, and names only as many as it has.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/err.h"
#include "net/sftp_packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
    if (!condition) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct sftp_reply r;
    struct sftp_name name;
    int rc;

    if (packet_read(&r, data, size)) {
        must(err_current() == ERR_INVALID);
        err_clear();
        return 0;
    }
    (void)packet_offers(&r, "posix-rename@openssh.com");
    (void)packet_number(&r, 8);
    while ((rc = packet_name(&name, &r)) > 0) {
        must((const uint8_t *)name.name >= data && name.len <= size);
        must((const uint8_t *)name.name + name.len <= data + size);
    }
    must(rc == 0 || rc == ERR_INVALID);
    err_clear();
    return 0;
}
