/**
 * How things look: JSON, tables, colours, durations, QR codes. Values only, without a thread; knows
 * nothing of the daemon.
 */
@NullMarked
package dev.parley.cli.text;

import org.jspecify.annotations.NullMarked;
