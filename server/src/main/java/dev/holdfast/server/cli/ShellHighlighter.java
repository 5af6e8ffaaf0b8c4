package dev.holdfast.server.cli;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.reader.Highlighter;
import org.jline.reader.LineReader;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** Colours the line being typed: the node, a known or unknown command, options, a comment. */
final class ShellHighlighter implements Highlighter {
  private static final Pattern LINE = Pattern.compile(
      "(?<space>\\s*)(?<node>@\\S*\\s*)?(?<command>\\S*)(?<rest>.*)", Pattern.DOTALL);
  private static final Pattern OPTION = Pattern.compile("(?<=\\s)--[a-z-]+");

  private final Set<String> commands;

  ShellHighlighter(Set<String> commands) {
    this.commands = Set.copyOf(commands);
  }

  @Override
  public AttributedString highlight(LineReader reader, String buffer) {
    AttributedStringBuilder shown = new AttributedStringBuilder();
    if (buffer.stripLeading().startsWith("#")) {
      return shown.styled(AttributedStyle.DEFAULT.faint(), buffer).toAttributedString();
    }
    Matcher line = LINE.matcher(buffer);
    if (!line.matches()) {
      return new AttributedString(buffer);
    }
    String node = line.group("node");
    shown.append(line.group("space"));
    shown.styled(colour(AttributedStyle.CYAN), node == null ? "" : node);
    shown.styled(command(line.group("command")), line.group("command"));
    appendOptions(shown, line.group("rest"));
    return shown.toAttributedString();
  }

  private AttributedStyle command(String word) {
    if (commands.contains(word)) {
      return AttributedStyle.BOLD;
    }
    boolean mayBecome = commands.stream().anyMatch(command -> command.startsWith(word));
    return mayBecome ? AttributedStyle.DEFAULT : colour(AttributedStyle.RED);
  }

  private static void appendOptions(AttributedStringBuilder shown, String rest) {
    Matcher option = OPTION.matcher(rest);
    int shownTo = 0;
    while (option.find()) {
      shown.append(rest.substring(shownTo, option.start()));
      shown.styled(colour(AttributedStyle.YELLOW), option.group());
      shownTo = option.end();
    }
    shown.append(rest.substring(shownTo));
  }

  private static AttributedStyle colour(int colour) {
    return AttributedStyle.DEFAULT.foreground(colour);
  }
}
