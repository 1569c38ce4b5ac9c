/**
 * A node in one encrypted file: its key, its configuration, its database; and a node made of such a
 * file.
 *
 * <p>Blocks on the disk; a backup has a thread of its own beside a running node, and a restore the
 * home to itself. Knows the store's snapshots and the identity's sealed files, no network and no
 * API. What is read from a file is taken for hostile even after it is authenticated: who knows the
 * passphrase need not have used parley to write it.
 */
@NullMarked
package dev.parley.backup;

import org.jspecify.annotations.NullMarked;
