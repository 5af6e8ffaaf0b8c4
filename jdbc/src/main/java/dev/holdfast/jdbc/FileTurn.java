package dev.holdfast.jdbc;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The turn to write to one SQLite file. SQLite's own lock is not fair: a waiter polls for it, and
 * can wait for seconds while another process takes it again and again. So writers first take a lock
 * of the operating system on a file of its own, {@code <database>.lock}, which wakes those who
 * wait.
 *
 * <h2>One per process</h2>
 *
 * Such a lock belongs to the process, not to who took it: a second one in the process is refused,
 * and closing <em>any</em> descriptor of the file gives all of them back. So all databases of the
 * process that use the file share one channel and wait for each other in a fair lock of the JVM.
 * This is the reason for the static map, and for {@link #close} to close the channel only with the
 * last of them. The database's own file must never be opened by anything but SQLite, likewise.
 *
 * <p>Several threads may use one; none of them may be interrupted while it does, for that closes
 * the channel.
 */
final class FileTurn implements AutoCloseable {
  private static final Map<Path, Shared> SHARED = new HashMap<>();

  private final Path path;
  private final Shared shared;

  /** What the databases of this process that use one file have in common. */
  private static final class Shared {
    final ReentrantLock inProcess = new ReentrantLock(true);
    final FileChannel channel;
    int users;

    @Nullable FileLock acrossProcesses;

    Shared(FileChannel channel) {
      this.channel = channel;
    }
  }

  private FileTurn(Path path, Shared shared) {
    this.path = path;
    this.shared = shared;
  }

  /** Joins the queue of the database at a path, which must be the same for all who use it. */
  static FileTurn at(Path database) throws IOException {
    Path path = database.resolveSibling(database.getFileName() + ".lock");
    synchronized (SHARED) {
      Shared shared = SHARED.get(path);
      if (shared == null) {
        shared =
            new Shared(FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        SHARED.put(path, shared);
      }
      shared.users++;
      return new FileTurn(path, shared);
    }
  }

  /** Waits for the turn, for as long as it takes. */
  void take() throws IOException {
    shared.inProcess.lock();
    try {
      shared.acrossProcesses = shared.channel.lock();
    } catch (IOException | RuntimeException e) {
      shared.inProcess.unlock();
      throw e;
    }
  }

  /** Ends the turn that this thread took. */
  void give() throws IOException {
    FileLock lock = shared.acrossProcesses;
    shared.acrossProcesses = null;
    try {
      if (lock != null) {
        lock.release();
      }
    } finally {
      shared.inProcess.unlock();
    }
  }

  /**
   * Leaves the queue. Whoever still waits is told so by an {@link IOException}, if it is the last.
   */
  @Override
  public void close() throws IOException {
    synchronized (SHARED) {
      shared.users--;
      if (shared.users == 0) {
        SHARED.remove(path);
        shared.channel.close();
      }
    }
  }
}
