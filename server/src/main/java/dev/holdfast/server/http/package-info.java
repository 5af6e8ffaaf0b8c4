/**
 * The HTTP API of a node.
 *
 * <ul>
 *   <li>Every failure is a problem document (RFC 9457) that says whether the request was done.
 *   <li>No request blocks a thread that serves others; nothing is served before the node is.
 *   <li>Limits hold for headers, bodies, requests at once and idle connections.
 * </ul>
 */
@NullMarked
package dev.holdfast.server.http;

import org.jspecify.annotations.NullMarked;
