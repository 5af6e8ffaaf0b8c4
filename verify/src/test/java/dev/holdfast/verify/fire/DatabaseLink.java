package dev.holdfast.verify.fire;

import dev.holdfast.verify.Rest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What lies between one node and the database: passes on, delays, holds back, or loses what is
 * said. Thread-safe.
 *
 * <p>What it holds back is delivered later, unless its connection has been given up: the late write
 * of a node that others have replaced meanwhile.
 */
final class DatabaseLink implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final int CONNECT_MILLIS = 1_000;

  /** What it does. */
  private enum Mode {
    PASS,
    HOLD,
    DELAY,
    LOSE_ANSWERS
  }

  private volatile InetSocketAddress database;
  private final ServerSocket server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private Mode mode = Mode.PASS;
  private long delayMillis;
  private double lossRate;

  DatabaseLink(int databasePort) throws IOException {
    this.database = at(databasePort);
    this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    start("database-link", this::accept);
  }

  private static InetSocketAddress at(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Leads to another database from now on. */
  void leadTo(int databasePort) {
    database = at(databasePort);
    cut();
  }

  int port() {
    return server.getLocalPort();
  }

  /** Passes everything on, also what was held back. */
  synchronized void pass() {
    mode = Mode.PASS;
    notifyAll();
  }

  /** Holds everything back. */
  synchronized void hold() {
    mode = Mode.HOLD;
  }

  /** Everything takes that much longer, in each direction. */
  synchronized void delay(long millis) {
    mode = Mode.DELAY;
    delayMillis = millis;
  }

  /**
   * Loses some of the database's answers, and the connection with each of them: what was asked has
   * been done, and nobody knows.
   */
  synchronized void loseAnswers(double rate) {
    mode = Mode.LOSE_ANSWERS;
    lossRate = rate;
  }

  /** Ends all connections. */
  void cut() {
    sockets.forEach(DatabaseLink::end);
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket node = server.accept();
        start("database-link-new", () -> connect(node));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void connect(Socket node) {
    Socket there = new Socket();
    try {
      gate(true);
      there.connect(database, CONNECT_MILLIS);
      node.setTcpNoDelay(true);
      there.setTcpNoDelay(true);
      sockets.add(node);
      sockets.add(there);
      start("database-link-up", () -> pump(node, there, true));
      start("database-link-down", () -> pump(there, node, false));
    } catch (IOException e) {
      end(node);
      end(there);
    }
  }

  private void pump(Socket from, Socket to, boolean question) {
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        if (!gate(question)) {
          break;
        }
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // One of the two has ended it, so the other's is ended, too.
    } finally {
      end(from);
      end(to);
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  /** Returns when something may go on; false if it is to be lost. */
  private boolean gate(boolean question) throws IOException {
    long pause;
    synchronized (this) {
      try {
        while (mode == Mode.HOLD) {
          wait();
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (mode == Mode.LOSE_ANSWERS && !question) {
        return ThreadLocalRandom.current().nextDouble() >= lossRate;
      }
      pause = mode == Mode.DELAY ? delayMillis : 0;
    }
    Rest.millis(pause);
    return true;
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more, either way.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    pass();
    cut();
  }
}
