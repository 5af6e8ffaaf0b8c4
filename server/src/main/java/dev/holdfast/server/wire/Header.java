package dev.holdfast.server.wire;

/** The names of headers that are ours, or that both sides use. */
public final class Header {
  /** The node that owned the entity when it answered. */
  public static final String OWNER = "Holdfast-Owner";

  /** The node that was asked. */
  public static final String SERVED_BY = "Holdfast-Served-By";

  /** Where the value was taken from: {@code owner} or {@code database}. */
  public static final String SOURCE = "Holdfast-Source";

  /** How long the client is willing to wait, such as {@code 500ms}. */
  public static final String TIMEOUT = "Holdfast-Timeout";

  /** The operation id of a change. */
  public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  /** The id of the event that a client of a stream saw last. */
  public static final String LAST_EVENT_ID = "Last-Event-ID";

  private Header() {}
}
