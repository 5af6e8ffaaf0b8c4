package dev.holdfast.server.wire;

import java.util.Arrays;
import java.util.Optional;

/**
 * Every way in which a request can fail: the one table behind statuses, exit codes and documents.
 */
public enum FailureKind {
  NOT_FOUND("not-found", 404, ExitCode.NOT_FOUND, "There is no such entity"),
  UNKNOWN_TYPE("unknown-type", 404, ExitCode.NOT_FOUND, "The type is not served"),
  UNKNOWN_CHANGE("unknown-change", 404, ExitCode.NOT_FOUND, "The type accepts no such change"),
  UNKNOWN_NODE("unknown-node", 404, ExitCode.NOT_FOUND, "There is no such node"),
  UNKNOWN_PATH("unknown-path", 404, ExitCode.ERROR, "There is nothing at this path"),
  INVALID_ID("invalid-id", 400, ExitCode.ERROR, "The id is none"),
  INVALID_REQUEST("invalid-request", 400, ExitCode.ERROR, "The request is malformed"),
  MALFORMED_JSON("malformed-json", 400, ExitCode.ERROR, "The body is not JSON"),
  INVALID_VALUE("invalid-value", 422, ExitCode.ERROR, "The type does not allow this value"),
  TOO_LARGE("too-large", 413, ExitCode.ERROR, "The value is too large"),
  REJECTED("rejected", 409, ExitCode.ERROR, "The change was refused"),
  LAST_NODE("last-node", 409, ExitCode.ERROR, "There is no other node"),
  REVISION_MISMATCH("revision-mismatch", 412, ExitCode.CONFLICT, "The revision is another one"),
  OPERATION_REUSED("operation-reused", 422, ExitCode.CONFLICT, "The operation id was used before"),
  UNAVAILABLE("unavailable", 503, ExitCode.UNAVAILABLE, "Nobody can serve this at the moment"),
  OUTCOME_UNKNOWN("outcome-unknown", 504, ExitCode.UNAVAILABLE, "It may or may not have happened"),
  OPERATION_TOO_OLD(
      "operation-too-old", 409, ExitCode.ERROR, "Nobody can tell any more whether it happened"),
  METHOD_NOT_ALLOWED("method-not-allowed", 405, ExitCode.ERROR, "The path has no such method"),
  UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", 415, ExitCode.ERROR, "The body must be JSON"),
  UNAUTHENTICATED("unauthenticated", 401, ExitCode.ERROR, "An access token is needed"),
  FORBIDDEN("forbidden", 403, ExitCode.ERROR, "The access token does not allow this"),
  FOREIGN_PAGE("foreign-page", 403, ExitCode.ERROR, "A page of another server may not ask this"),
  TOO_MANY_REQUESTS(
      "too-many-requests", 429, ExitCode.UNAVAILABLE, "The client asks too much at once"),
  UNKNOWN_HOST("unknown-host", 421, ExitCode.ERROR, "This server has another name"),
  CANNOT_START("cannot-start", 500, ExitCode.ERROR, "The node cannot start"),
  INTERNAL("internal", 500, ExitCode.ERROR, "Something unexpected happened");

  private final String code;
  private final int status;
  private final ExitCode exit;
  private final String title;

  FailureKind(String code, int status, ExitCode exit, String title) {
    this.code = code;
    this.status = status;
    this.exit = exit;
    this.title = title;
  }

  /** The kind with that code, if there is one. */
  public static Optional<FailureKind> of(String code) {
    return Arrays.stream(values()).filter(kind -> kind.code.equals(code)).findFirst();
  }

  /** The stable name, the same in {@link dev.holdfast.HoldfastException#code}. */
  public String code() {
    return code;
  }

  /** The {@code type} in a problem document. */
  public String uri() {
    return "urn:holdfast:error:" + code;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** What a command that failed like this exits with. */
  public ExitCode exit() {
    return exit;
  }

  /** What it means, whatever the occasion. */
  public String title() {
    return title;
  }
}
