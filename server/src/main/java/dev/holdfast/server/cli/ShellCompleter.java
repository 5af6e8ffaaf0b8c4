package dev.holdfast.server.cli;

import dev.holdfast.server.wire.UrlPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** Completes commands, nodes, options, types, ids that exist, and values that are allowed. */
final class ShellCompleter implements Completer {
  private static final int MOST = 100;
  private static final Set<String> ABOUT_ENTITIES =
      Set.of("get", "set", "patch", "delete", "where", "history", "watch");
  private static final Set<String> ABOUT_NODES = Set.of("drain", "kill", "restart");

  private final CommandLine commands;
  private final Api api;
  private final Neighbours neighbours;

  ShellCompleter(CommandLine commands, Api api, Neighbours neighbours) {
    this.commands = commands;
    this.api = api;
    this.neighbours = neighbours;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    List<String> before = new ArrayList<>(line.words().subList(0, line.wordIndex()));
    String word =
        line.word().substring(0, Math.min(line.wordCursor(), line.word().length()));
    suggestions(before, word)
        .forEach((value, note) -> candidates.add(new Candidate(
            value, value, null, note.isEmpty() ? null : note, null, null, !value.endsWith("/"))));
  }

  /** What {@code word} may become after the words {@code before}, each with a note. */
  Map<String, String> suggestions(List<String> before, String word) {
    Map<String, String> found = new LinkedHashMap<>();
    List<String> words = new ArrayList<>(before);
    if (!words.isEmpty() && words.get(0).startsWith("@")) {
      words.remove(0);
    } else if (words.isEmpty()) {
      neighbours.names().forEach(name -> found.put("@" + name, "run it there"));
    }
    try {
      if (words.isEmpty()) {
        commands.getSubcommands().forEach((name, command) -> found.put(name, about(command)));
      } else {
        arguments(words.get(0), words.subList(1, words.size()), word, found);
      }
    } catch (CommandFailure failure) {
      // Then there is nothing to suggest.
    }
    found.keySet().removeIf(value -> !value.startsWith(word));
    return found;
  }

  private static String about(CommandLine command) {
    String[] description = command.getCommandSpec().usageMessage().description();
    return description.length == 0 ? "" : description[0];
  }

  private void arguments(String name, List<String> given, String word, Map<String, String> found) {
    CommandLine command = commands.getSubcommands().get(name);
    if (command == null) {
      return;
    }
    if (word.startsWith("-")) {
      command.getCommandSpec().optionsMap().forEach((option, spec) -> {
        if (!spec.hidden() && option.startsWith("--")) {
          found.put(option, String.join(" ", spec.description()));
        }
      });
      return;
    }
    long position = given.stream().filter(argument -> !argument.startsWith("-")).count();
    if (name.equals("help") && position == 0) {
      commands.getSubcommands().forEach((each, spec) -> found.put(each, about(spec)));
    } else if (ABOUT_NODES.contains(name) && position == 0) {
      neighbours.names().forEach(node -> found.put(node, ""));
    } else if (name.equals("list") && position == 0) {
      types().forEach(type -> found.put(type.path("name").asString(""), ""));
    } else if (ABOUT_ENTITIES.contains(name) && position == 0) {
      ids(word, found);
    } else if (name.equals("set") && position == 1) {
      types().forEach(type -> values(type, found));
    }
  }

  private Iterable<JsonNode> types() {
    return api.read("/v1").body().path("types");
  }

  private void ids(String word, Map<String, String> found) {
    List<String> types = new ArrayList<>();
    types().forEach(type -> types.add(type.path("name").asString("")));
    int slash = word.indexOf('/');
    if (slash > 0 && types.contains(word.substring(0, slash))) {
      String type = word.substring(0, slash);
      ids(type, word.substring(slash + 1)).forEach((id, note) -> found.put(type + "/" + id, note));
      return;
    }
    String usual = types.contains("entity") || types.isEmpty() ? "entity" : types.get(0);
    if (types.size() == 1 || usual.equals("entity")) {
      found.putAll(ids(usual, word));
    }
    if (types.size() > 1) {
      types.forEach(type -> found.put(type + "/", "type"));
    }
  }

  private Map<String, String> ids(String type, String prefix) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("after", before(prefix));
    query.put("limit", Integer.toString(MOST));
    Map<String, String> ids = new LinkedHashMap<>();
    for (JsonNode item :
        api.read(UrlPath.of("v1", type) + Api.query(query)).body().path("items")) {
      ids.put(item.path("id").asString(""), item.path("value").toString());
    }
    return ids;
  }

  /** An id that comes just before all those that begin with {@code prefix}. */
  static String before(String prefix) {
    if (prefix.isEmpty()) {
      return "";
    }
    String start = prefix.substring(0, prefix.length() - 1);
    char last = (char) (prefix.charAt(prefix.length() - 1) - 1);
    return last > ' ' && last < 0x7f ? start + last + Character.toString(0x10FFFD) : start;
  }

  private static void values(JsonNode type, Map<String, String> found) {
    String field = type.path("mainField").asString("");
    for (JsonNode value : type.path("schema").path("properties").path(field).path("enum")) {
      if (value.isString()) {
        found.put(value.asString(), field);
      }
    }
  }
}
