/** What a received file may be called: pure functions from hostile names to harmless ones. */
@NullMarked
package dev.parley.files.names;

import org.jspecify.annotations.NullMarked;
