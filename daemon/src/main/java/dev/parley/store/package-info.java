/**
 * The database: SQLite in WAL mode, every commit synced to disk.
 *
 * <p>One thread writes, with group commit, and one reads; callers never wait for either. The only
 * package that knows SQL. It implements the ports of {@code messaging} and {@code contacts} and
 * knows nothing of links or of what the messages mean.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.store;

import org.jspecify.annotations.NullMarked;
