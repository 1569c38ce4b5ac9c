/**
 * SQLite's file format (sqlite.org/fileformat2.html), read page by page without SQLite: for files
 * in which SQLite itself does not find its way any more.
 *
 * <p>Owned by one thread; reads only. Everything in the file is taken for hostile: nothing is
 * followed or allocated before it is checked. Knows nothing of parley's tables.
 */
@NullMarked
package dev.parley.store.page;

import org.jspecify.annotations.NullMarked;
