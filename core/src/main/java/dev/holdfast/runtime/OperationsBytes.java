package dev.holdfast.runtime;

import dev.holdfast.protocol.Forgotten;
import dev.holdfast.protocol.Forgotten.Mark;
import dev.holdfast.protocol.OperationId;
import dev.holdfast.protocol.OperationId.Made;
import dev.holdfast.protocol.Operations;
import dev.holdfast.protocol.Operations.Done;
import dev.holdfast.spi.Codec.CodecException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Operations in few bytes, since a row carries them with each change.
 *
 * <h2>The form</h2>
 *
 * How many there are; then for each, in the order of {@link Operations}:
 *
 * <ul>
 *   <li>a byte of flags;
 *   <li>its revision, as the difference to that of the one before, if that is not 1;
 *   <li>its id: if a node made it, the epoch, unless it is that of the made one before, and the
 *       number, both as differences; else a UUID's 16 bytes; else the text;
 *   <li>its fingerprint, 8 bytes;
 *   <li>its answer, as text, if there is one.
 * </ul>
 *
 * Then how many marks there are, each as differences to the one before, the mark of the rest and
 * the mark of ids that carry a time. Before the first, all is 0. Which kind an operation is of is
 * not written: its id tells.
 */
final class OperationsBytes {
  /** What an id is written as, in the two lowest bits of the flags. */
  private static final int TEXT = 0;

  private static final int UNIQUE = 1;
  private static final int MADE = 2;
  private static final int MADE_THERE_TOO = 3;
  private static final int ID = 3;

  /** The revision is the one after that of the operation before. */
  private static final int NEXT = 4;

  private static final int ANSWERED = 8;
  private static final int ALL = ID | NEXT | ANSWERED;

  /** The digits of a UUID in groups, as {@link UUID#toString} writes them. */
  private static final int UUID_LENGTH = 36;

  private OperationsBytes() {}

  static byte[] write(Operations operations) {
    Writing writing = new Writing();
    writing.out.number((long) operations.made().size()
        + operations.timed().size()
        + operations.chosen().size());
    writing.all(operations.made());
    writing.all(operations.timed());
    writing.all(operations.chosen());
    writing.forgotten(operations.forgotten());
    return writing.out.bytes();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws CodecException if it is anything else
   */
  static Operations read(byte[] bytes) {
    Reading reading = new Reading(new PackedIn(bytes));
    List<Done> all = reading.all();
    Forgotten forgotten = reading.forgotten();
    reading.in.end();
    return Operations.of(all, forgotten);
  }

  private static boolean isUuid(String id) {
    if (id.length() != UUID_LENGTH) {
      return false;
    }
    for (int i = 0; i < UUID_LENGTH; i++) {
      char c = id.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      boolean digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (dash ? c != '-' : !digit) {
        return false;
      }
    }
    return true;
  }

  private static final class Writing {
    private final PackedOut out = new PackedOut();
    private long revision;
    private long epoch;
    private long number;

    void all(List<Done> list) {
      for (int i = 0; i < list.size(); i++) {
        one(list.get(i));
      }
    }

    private void one(Done done) {
      String answer = done.answer();
      int flags = (done.revision() == revision + 1 ? NEXT : 0) | (answer == null ? 0 : ANSWERED);
      if (isUuid(done.id())) {
        begin(flags | UNIQUE, done);
        UUID uuid = UUID.fromString(done.id());
        out.eight(uuid.getMostSignificantBits());
        out.eight(uuid.getLeastSignificantBits());
      } else if (OperationId.parse(done.id()) instanceof Made made) {
        begin(flags | (made.epoch() == epoch ? MADE_THERE_TOO : MADE), done);
        made(made);
      } else {
        begin(flags | TEXT, done);
        out.text(done.id());
      }
      out.eight(done.fingerprint());
      if (answer != null) {
        out.text(answer);
      }
    }

    private void begin(int flags, Done done) {
      out.one(flags);
      if ((flags & NEXT) == 0) {
        out.signed(done.revision() - revision);
      }
      revision = done.revision();
    }

    private void made(Made made) {
      if (made.epoch() != epoch) {
        out.signed(made.epoch() - epoch);
        epoch = made.epoch();
      }
      out.signed(made.number() - number);
      number = made.number();
    }

    void forgotten(Forgotten forgotten) {
      out.number(forgotten.made().size());
      Mark before = new Mark(0, 0);
      for (Mark mark : forgotten.made()) {
        mark(mark, before);
        before = mark;
      }
      mark(forgotten.rest(), new Mark(0, 0));
      out.signed(forgotten.millis());
    }

    private void mark(Mark mark, Mark before) {
      out.signed(mark.epoch() - before.epoch());
      out.signed(mark.number() - before.number());
    }
  }

  private static final class Reading {
    private final PackedIn in;
    private long revision;
    private long epoch;
    private long number;

    Reading(PackedIn in) {
      this.in = in;
    }

    List<Done> all() {
      int count = in.count();
      List<Done> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        all.add(one());
      }
      return all;
    }

    private Done one() {
      int flags = in.one();
      if ((flags & ~ALL) != 0) {
        throw new CodecException("flags that are not known: " + flags);
      }
      revision += (flags & NEXT) == 0 ? in.signed() : 1;
      String id = switch (flags & ID) {
        case TEXT -> in.text();
        case UNIQUE -> new UUID(in.eight(), in.eight()).toString();
        case MADE -> made(epoch + in.signed());
        default -> made(epoch);
      };
      long fingerprint = in.eight();
      String answer = (flags & ANSWERED) == 0 ? null : in.text();
      return new Done(id, fingerprint, revision, answer);
    }

    private String made(long by) {
      epoch = by;
      number += in.signed();
      Made made = new Made(epoch, number);
      String id = made.toString();
      if (!OperationId.parse(id).equals(made)) {
        throw new CodecException("no node makes the id " + id);
      }
      return id;
    }

    Forgotten forgotten() {
      int count = in.count();
      List<Mark> marks = new ArrayList<>();
      Mark before = new Mark(0, 0);
      for (int i = 0; i < count; i++) {
        before = mark(before);
        marks.add(before);
      }
      Forgotten read = new Forgotten(List.copyOf(marks), mark(new Mark(0, 0)), in.signed());
      return read.equals(Forgotten.NONE) ? Forgotten.NONE : read; // one for nearly all entities
    }

    private Mark mark(Mark before) {
      return new Mark(before.epoch() + in.signed(), before.number() + in.signed());
    }
  }
}
