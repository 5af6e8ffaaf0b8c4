package dev.holdfast.verify.fire;

import dev.holdfast.Change;
import dev.holdfast.EntityType;
import dev.holdfast.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * What is served under fire: registers, counters and lists. Every id exists and begins empty. All
 * of it is public, as whoever makes values from JSON needs it to be.
 */
public final class FireTypes {
  /** The value of a register. */
  public record Word(String text) {}

  /** The value of a register that can be absent. */
  public record Note(String text) {}

  /** The value of a counter. */
  public record Tally(long sum) {}

  /** The value of a list. */
  public record Words(List<String> all) {}

  /** Adds to a counter; answers its new value. */
  public record Add(long amount) implements Change<Tally, Long> {
    @Override
    public Outcome<Tally, Long> applyTo(Tally tally) {
      long sum = tally.sum() + amount;
      return Outcome.<Tally, Long>become(new Tally(sum)).reply(sum);
    }
  }

  /** Adds to the end of a list; answers its new length. */
  public record Append(String word) implements Change<Words, Integer> {
    @Override
    public Outcome<Words, Integer> applyTo(Words words) {
      List<String> longer = new ArrayList<>(words.all());
      longer.add(word);
      return Outcome.<Words, Integer>become(new Words(longer)).reply(longer.size());
    }
  }

  static final EntityType<Word> WORD =
      EntityType.named("word", Word.class).startingAs(id -> new Word(""));

  static final EntityType<Note> NOTE = EntityType.named("note", Note.class);

  static final EntityType<Tally> TALLY = EntityType.named("tally", Tally.class)
      .startingAs(id -> new Tally(0))
      .accepting("add", Add.class);

  static final EntityType<Words> WORDS = EntityType.named("words", Words.class)
      .startingAs(id -> new Words(List.of()))
      .accepting("append", Append.class);

  private FireTypes() {}

  static List<EntityType<?>> all() {
    return List.of(WORD, NOTE, TALLY, WORDS);
  }
}
