/**
 * Where received files are put together, and how they come to their place. Blocks on the disk;
 * belongs to whichever thread of {@code files} works on the transfer. Nothing in here knows of
 * peers or links.
 */
@NullMarked
package dev.parley.files.landing;

import org.jspecify.annotations.NullMarked;
