package dev.holdfast.verify.peers;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The limit of what asking another process can do: eight bytes over TCP on loopback to a thread
 * that sends them back, by a thread that waits for them. One call at a time. Thread-safe.
 */
final class LoopbackPeer implements Peer {
  private final ServerSocket listening;
  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final Thread echoing = new Thread(this::echo, "echo");

  LoopbackPeer() {
    try {
      listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      echoing.setDaemon(true);
      echoing.start();
      socket = new Socket(listening.getInetAddress(), listening.getLocalPort());
      socket.setTcpNoDelay(true);
      in = new DataInputStream(socket.getInputStream());
      out = new DataOutputStream(socket.getOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void echo() {
    try (Socket accepted = listening.accept()) {
      accepted.setTcpNoDelay(true);
      DataInputStream heard = new DataInputStream(accepted.getInputStream());
      DataOutputStream said = new DataOutputStream(accepted.getOutputStream());
      while (true) {
        said.writeLong(heard.readLong());
      }
    } catch (EOFException | SocketException e) {
      // it was closed
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized CompletableFuture<Long> get(int node, String id) {
    try {
      out.writeLong(node);
      return CompletableFuture.completedFuture(in.readLong());
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public CompletableFuture<?> set(int node, String id, long value) {
    return get(node, id);
  }

  @Override
  public void load(List<String> ids) {
    // it has none
  }

  @Override
  public void close() {
    try {
      socket.close();
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
