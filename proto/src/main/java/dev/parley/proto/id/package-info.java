/**
 * Typed ids, so that no raw bytes or strings name things across packages.
 *
 * <p>Values only: no thread owns them, and they know nothing but their own form.
 */
@NullMarked
package dev.parley.proto.id;

import org.jspecify.annotations.NullMarked;
