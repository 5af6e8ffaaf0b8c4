package dev.holdfast.server.config;

import dev.holdfast.server.wire.JsonProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One entity that a type begins with.
 *
 * @param id its id: the name of the file it was read from
 * @param json its value
 */
public record Seed(String id, String json) {
  private static final int MOST = 10_000;

  /**
   * Reads a folder in which each file is an entity. Hidden files are left out.
   *
   * @throws ConfigProblem if the folder cannot be read or a file holds no value of the type
   */
  public static List<Seed> of(DeclaredType declared) {
    Path folder = declared.seed();
    if (folder == null) {
      return List.of();
    }
    List<Seed> seeds = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        if (Files.isRegularFile(file) && !Files.isHidden(file)) {
          seeds.add(read(file, declared));
        }
      }
    } catch (IOException e) {
      throw new ConfigProblem("cannot read the folder " + folder + " that types."
          + declared.type().name() + ".seed names");
    }
    if (seeds.size() > MOST) {
      throw new ConfigProblem(
          folder + " has " + seeds.size() + " files; a type begins with " + MOST + " at most");
    }
    return List.copyOf(seeds);
  }

  private static Seed read(Path file, DeclaredType declared) throws IOException {
    try {
      JsonNode value = JsonMapper.shared().readTree(Files.readAllBytes(file));
      Optional<String> problem = declared.type().problemWith(value);
      if (problem.isPresent()) {
        throw new ConfigProblem(file + ": " + problem.get());
      }
      return new Seed(file.getFileName().toString(), value.toString());
    } catch (JacksonException e) {
      throw new ConfigProblem(file + " is not JSON: " + JsonProblem.words(e));
    }
  }
}
