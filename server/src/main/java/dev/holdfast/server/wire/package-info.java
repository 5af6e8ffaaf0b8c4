/**
 * What the HTTP API and its clients agree on.
 *
 * <ul>
 *   <li>Each kind of failure has one stable code, one HTTP status and one exit code.
 *   <li>Any id can be written into a path, and is read back unchanged.
 * </ul>
 */
@NullMarked
package dev.holdfast.server.wire;

import org.jspecify.annotations.NullMarked;
