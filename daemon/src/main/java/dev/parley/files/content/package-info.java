/**
 * What is sent: which files there are, and their bytes in chunks with their hashes. Blocks on the
 * disk; belongs to whichever thread of {@code files} works on the transfer.
 */
@NullMarked
package dev.parley.files.content;

import org.jspecify.annotations.NullMarked;
