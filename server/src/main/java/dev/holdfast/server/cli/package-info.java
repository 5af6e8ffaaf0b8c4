/**
 * The command line, from the client's side: one-shot commands, the shell, the demo.
 *
 * <ul>
 *   <li>Data goes to standard output, everything else to standard error.
 *   <li>A command ends with one of the codes of {@link dev.holdfast.server.wire.ExitCode}, and
 *       never with a stack trace.
 *   <li>The shell has the same commands as the command line, parsed by the same code.
 *   <li>Commands that ask a server touch no engine and no database: they start quickly.
 * </ul>
 */
@NullMarked
package dev.holdfast.server.cli;

import org.jspecify.annotations.NullMarked;
