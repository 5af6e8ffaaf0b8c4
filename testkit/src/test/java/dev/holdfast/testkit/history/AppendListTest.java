package dev.holdfast.testkit.history;

import static dev.holdfast.testkit.history.Asked.append;
import static dev.holdfast.testkit.history.Asked.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What is found to be wrong with a list, and how it is told. */
class AppendListTest {
  private static Story fresh() {
    return Story.byRevisions(Start.initial(""));
  }

  @Test
  void aListThatGrowsIsRight() {
    assertThat(fresh()
            .done(read(), 0, 1, 0, "")
            .done(append("a"), 2, 3)
            .done(append("b"), 4, 5, 2, "a,b")
            .unknown(append("c"), 6)
            .refused(append("d"), 6, 7)
            .done(read(), 8, 9, 2, "a,b")
            .done(read(), 10, 11, 3, "a,b,c")
            .wrong())
        .isEqualTo("nothing");
  }

  @Test
  void whatWasAppendedIsNotMissing() {
    assertThat(fresh().done(append("a"), 0, 1).done(read(), 2, 3, 0, "").wrong())
        .isEqualTo("it was done, but no revision from then up to 0 can be its work [1, 2]");
    assertThat(fresh()
            .done(append("a"), 0, 1)
            .done(append("b"), 2, 3)
            .done(read(), 4, 5, 1, "b")
            .wrong())
        .isEqualTo("it was done, but no revision from then up to 1 can be its work [1, 3]");
  }

  @Test
  void listsAreBeginningsOfEachOther() {
    assertThat(fresh()
            .unknown(append("a"), 0)
            .unknown(append("b"), 0)
            .done(read(), 2, 3, 1, "a")
            .done(read(), 4, 5, 1, "b")
            .wrong())
        .isEqualTo("of two lists neither is the beginning of the other [4, 3]");
    assertThat(fresh()
            .unknown(append("a"), 0)
            .unknown(append("ab"), 0)
            .done(read(), 2, 3, 1, "a")
            .done(read(), 4, 5, 1, "ab")
            .wrong())
        .isEqualTo("of two lists neither is the beginning of the other [3, 4]");
  }

  @Test
  void aListDoesNotShrink() {
    assertThat(fresh()
            .done(append("a"), 0, 9)
            .done(read(), 1, 2, 1, "a")
            .done(read(), 3, 4, 0, "")
            .wrong())
        .isEqualTo("revision 1 was told before the call began that was shown revision 0 [2, 3]");
  }

  @Test
  void anElementIsThereOnceAndWasAppended() {
    assertThat(fresh().done(append("a"), 0, 1).done(read(), 2, 3, 2, "a,a").wrong())
        .isEqualTo("element a, which stands in the list twice, is shown [2]");
    assertThat(fresh().done(append("a"), 0, 1).done(read(), 2, 3, 2, "a,b").wrong())
        .isEqualTo("element b, which nobody appended, is shown [2]");
    assertThat(fresh().refused(append("a"), 0, 1).done(read(), 2, 3, 1, "a").wrong())
        .isEqualTo("element a, which was refused, is shown [1, 2]");
  }

  @Test
  void aListBeginsAsItDidAtFirst() {
    assertThat(Story.byRevisions(Start.at(7, "x,y"))
            .done(append("a"), 0, 1, 8)
            .done(read(), 2, 3, 8, "x,z,a")
            .wrong())
        .isEqualTo("a list is shown that does not begin as it did at first [2]");
    assertThat(Story.byRevisions(Start.at(7, "x,y"))
            .done(append("a"), 0, 1, 8)
            .done(read(), 2, 3, 7, "x")
            .wrong())
        .isEqualTo("a list is shown that is shorter than at first [2]");
    assertThat(fresh().unknown(append("a"), 0).absent(read(), 1, 2).wrong())
        .isEqualTo("the list was said not to exist, which it did all the time [2]");
  }

  @Test
  void theRevisionTellsTheSize() {
    assertThat(fresh().done(append("a"), 0, 1).done(read(), 2, 3, 2, "a").wrong())
        .isEqualTo("revision 2 is shown with 1 elements, which is what revision 1 has [2]");
  }

  @Test
  void anAppendIsToldTheRevisionAndTheListThatItMade() {
    assertThat(fresh()
            .done(append("a"), 0, 9, 2)
            .done(append("b"), 0, 9, 1)
            .done(read(), 2, 3, 2, "a,b")
            .wrong())
        .isEqualTo("it stands at the place of revision 1 [1, 3]");
    assertThat(fresh()
            .done(append("a"), 0, 1, 1)
            .done(append("b"), 2, 3, 2)
            .done(append("c"), 4, 5, 2)
            .wrong())
        .isEqualTo("revision 2 was made by two writes [2, 3]");
    assertThat(fresh().unknown(append("a"), 0).done(append("b"), 0, 9, 1, "a").wrong())
        .isEqualTo("it was told a list that does not end with what it appended [2]");
  }

  @Test
  void elementsMustBeUnique() {
    Story story = fresh().unknown(append("a"), 0).unknown(append("a"), 0);
    assertThatThrownBy(story::verdict)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("element a was appended to k by two calls: elements must be unique");
    assertThatThrownBy(() -> append("a,b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an element is not empty and holds no comma, unlike \"a,b\"");
  }

  @Test
  void withoutRevisionsTheListAloneTells() {
    assertThat(Story.withoutRevisions(Start.absent())
            .absent(read(), 0, 1)
            .done(append("a"), 2, 3, 99)
            .shown(read(), 4, 5, "")
            .wrong())
        .isEqualTo("it was done, but no revision from then up to -1 can be its work [2, 3]");
  }
}
