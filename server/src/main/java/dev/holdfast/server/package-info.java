/** A node as a program: its shell, command line, HTTP API and console. */
@NullMarked
package dev.holdfast.server;

import org.jspecify.annotations.NullMarked;
