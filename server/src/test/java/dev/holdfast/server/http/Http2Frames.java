package dev.holdfast.server.http;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A client of HTTP/2 that says whatever a test wants, frame by frame, and keeps to no rule. */
final class Http2Frames implements AutoCloseable {
  static final int HEADERS = 1;
  static final int RESET = 3;
  static final int GOAWAY = 7;

  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int CONTINUATION = 9;
  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final SSLSocket socket;
  private final DataInputStream in;
  private final OutputStream out;

  /** A frame that the server sent; its bytes are the characters of its payload. */
  record Frame(int type, int stream, String payload) {
    /** Why a stream was reset, or the connection ended, if it is below 256. */
    int error() {
      return payload.charAt(type == GOAWAY ? 7 : 3);
    }
  }

  /** Connects, and says how much of each answer it takes unasked. */
  Http2Frames(URI server, SSLContext context, int window, Duration patience) throws IOException {
    socket =
        (SSLSocket) context.getSocketFactory().createSocket(server.getHost(), server.getPort());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.setSoTimeout((int) patience.toMillis());
    socket.startHandshake();
    if (!"h2".equals(socket.getApplicationProtocol())) {
      throw new IOException("the server does not speak HTTP/2");
    }
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
    out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
    send(
        SETTINGS,
        0,
        0,
        ByteBuffer.allocate(6)
            .putShort((short) INITIAL_WINDOW_SIZE)
            .putInt(window)
            .array());
  }

  private void send(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.putInt((payload.length << 8) | type).put((byte) flags).putInt(stream).put(payload);
    out.write(frame.array());
    out.flush();
  }

  /** Asks with GET. */
  void get(int stream, String authority, String path, String... headers) throws IOException {
    send(HEADERS, END_STREAM | END_HEADERS, stream, block(authority, path, headers));
  }

  /** Asks with GET and never says all of the headers, but more and more. */
  void headersWithoutEnd(int stream, int continuations) throws IOException {
    send(HEADERS, END_STREAM, stream, block("localhost", "/livez"));
    for (int i = 0; i < continuations; i++) {
      ByteArrayOutputStream more = new ByteArrayOutputStream();
      literal(more, 0, "x-" + i, "y".repeat(100));
      send(CONTINUATION, 0, stream, more.toByteArray());
    }
  }

  void reset(int stream) throws IOException {
    send(RESET, 0, stream, new byte[] {0, 0, 0, 8});
  }

  void ping() throws IOException {
    send(PING, 0, 0, new byte[8]);
  }

  private static byte[] block(String authority, String path, String... headers) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(0x82); // :method GET
    block.write(0x87); // :scheme https
    literal(block, 4, "", path);
    if (!authority.isEmpty()) {
      literal(block, 1, "", authority);
    }
    for (int i = 0; i < headers.length; i += 2) {
      literal(block, 0, headers[i], headers[i + 1]);
    }
    return block.toByteArray();
  }

  /** A header by the number of its name, or by name if that is 0. */
  private static void literal(ByteArrayOutputStream block, int index, String name, String value) {
    block.write(index);
    if (index == 0) {
      text(block, name);
    }
    text(block, value);
  }

  private static void text(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length > 126) {
      throw new IllegalArgumentException("a text of more than 126 bytes needs a longer number");
    }
    block.write(bytes.length);
    block.writeBytes(bytes);
  }

  /** The next frame of such a type; null if the connection ends before. */
  @Nullable Frame next(int type) throws IOException {
    try {
      while (true) {
        int lengthAndType = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(lengthAndType >>> 8);
        int got = lengthAndType & 0xff;
        if (got == SETTINGS && (flags & ACK) == 0) {
          send(SETTINGS, ACK, 0, new byte[0]);
        }
        if (got == type) {
          return new Frame(got, stream, new String(payload, StandardCharsets.ISO_8859_1));
        }
      }
    } catch (EOFException | SocketException ended) {
      return null;
    }
  }

  /** Waits until the server has ended the connection. */
  void awaitEnd() throws IOException {
    Frame frame;
    do {
      frame = next(RESET);
    } while (frame != null);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
