/**
 * The Java agent that puts faults into an unchanged daemon or relay: it cuts into classes as they
 * are loaded, and does what a file says that the test writes ({@link
 * dev.parley.it.faults.agent.Orders}).
 *
 * <p>Runs inside the process under test, on whatever thread passes a point, and on one of its own
 * that reads the file. Knows the JDK and ASM alone: it must not load classes that it is to change.
 */
@NullMarked
package dev.parley.it.faults.agent;

import org.jspecify.annotations.NullMarked;
