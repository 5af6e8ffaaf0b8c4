package dev.holdfast.verify.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/** Many clients that each follow a stream of events, on one thread. */
final class WatchClients implements AutoCloseable {
  /** One stream: the line that is coming in. */
  private static final class Stream {
    final int number;
    final SocketChannel channel;
    final StringBuilder line = new StringBuilder();

    Stream(int number, SocketChannel channel) {
      this.number = number;
      this.channel = channel;
    }
  }

  /** What was seen last, and when. */
  private final AtomicLongArray seen;

  private final AtomicLongArray atNanos;
  private final Selector selector;
  private final Thread thread;
  private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
  private volatile boolean closed;

  WatchClients(int count) throws IOException {
    this.seen = new AtomicLongArray(count);
    this.atNanos = new AtomicLongArray(count);
    this.selector = Selector.open();
    for (int i = 0; i < count; i++) {
      seen.set(i, -2);
    }
    this.thread = new Thread(this::run, "clients");
    thread.setDaemon(true);
    thread.start();
  }

  /** Opens stream {@code number}. */
  void open(int number, int port, String id) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    String ask = "GET /v1/entity/" + id + "/watch HTTP/1.1\r\nHost: localhost\r\n\r\n";
    channel.write(ByteBuffer.wrap(ask.getBytes(StandardCharsets.US_ASCII)));
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, new Stream(number, channel));
    selector.wakeup();
  }

  private void run() {
    try {
      while (!closed) {
        selector.select(100);
        long now = System.nanoTime();
        for (SelectionKey key : selector.selectedKeys()) {
          read((Stream) key.attachment(), now);
        }
        selector.selectedKeys().clear();
      }
    } catch (ClosedSelectorException e) {
      closed = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(@Nullable Stream stream, long now) throws IOException {
    if (stream == null) {
      return;
    }
    buffer.clear();
    if (stream.channel.read(buffer) < 0) {
      stream.channel.close();
    }
    buffer.flip();
    while (buffer.hasRemaining()) {
      char c = (char) buffer.get();
      if (c != '\n') {
        stream.line.append(c);
        continue;
      }
      if (stream.line.length() > 3 && stream.line.substring(0, 3).equals("id:")) {
        atNanos.set(stream.number, now);
        seen.set(stream.number, Long.parseLong(stream.line.substring(3)));
      }
      stream.line.setLength(0);
    }
  }

  long seen(int number) {
    return seen.get(number);
  }

  long atNanos(int number) {
    return atNanos.get(number);
  }

  @Override
  public void close() throws IOException {
    closed = true;
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}
