package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.apple.AppleCommand;
import dev.reveille.simulators.browser.BrowserCommand;
import dev.reveille.simulators.google.GoogleCommand;
import dev.reveille.simulators.microsoft.MicrosoftCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A guide of the documentation whose blocks are played in their order, as a reader would:
///
/// ```
///   sh            is run to its end, in the guide's folder; what it exports holds from then on
///   sh stays N    is started, and runs as the terminal N until the guide is closed
///   sh server     starts the server, which is the story's
///   text          is what the `sh` before it printed; `…` stands for whatever is no line's end
///   text N        is what the terminal N prints sooner or later
///   js FILE       is written to that file, as are blocks of other languages that name one
/// ```
///
/// Blocks without a language or a file are for readers alone. Words in capitals in commands and
/// files stand for what was printed before: fields of JSON by their names, connection strings, and
/// the id of a notification.
final class PlayedGuide implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_SECONDS = 60;
  private static final String SIMULATE = "./reveille simulate ";

  /// Options of simulators that name a file.
  private static final Set<String> FILES = Set.of("--cert-out", "--make-key", "--make-account");

  private static final Pattern FENCED = Pattern.compile("(?ms)^```(\\w+) ?([^\\n]*)\\n(.*?)^```$");
  private static final Pattern CONNECTION =
      Pattern.compile("(?m)^Default(\\w+)SharedAccessSignature (Endpoint=\\S+)$");
  private static final Pattern PUBLIC_KEY = Pattern.compile("\\bB[A-Za-z0-9_-]{86}\\b");
  private static final Pattern IDENTIFIER = Pattern.compile("[\\w-]{8,}");
  private static final Pattern PORT = Pattern.compile("^https://[^/]*:(\\d+)$");

  /// @param name of a file or a terminal; "" for none
  private record Block(String language, String name, boolean stays, String text) {}

  private final Path folder;
  private final ArrayDeque<Block> blocks = new ArrayDeque<>();
  private final Map<String, String> values = new TreeMap<>();
  private final List<String> exports = new ArrayList<>();
  private final Map<String, Path> terminals = new HashMap<>();
  private final List<Process> running = new ArrayList<>();
  private final List<Thread> simulators = new ArrayList<>();
  private final String page;
  private String command = "";
  private String printed = "";

  /// @param page its file, in `docs/guide`
  /// @param folder where `./reveille` and `./data` are
  PlayedGuide(final String page, final Path folder) throws IOException {
    this.page = page;
    this.folder = folder;
    final var text =
        Files.readString(Packaged.launcher().resolveSibling("docs/guide").resolve(page));
    for (final var found = FENCED.matcher(text); found.find(); ) {
      final var words = found.group(2);
      final boolean stays = words.startsWith("stays ");
      blocks.add(
          new Block(
              found.group(1),
              stays ? words.substring("stays ".length()) : words,
              stays,
              found.group(3)));
    }
  }

  /// Goes on where another one ended, in the same terminal.
  PlayedGuide after(final PlayedGuide before) {
    values.putAll(before.values);
    exports.addAll(before.exports);
    return this;
  }

  /// Plays up to the start of the server; answers the command for that.
  String playToServer() throws Exception {
    while (!isServer(blocks.getFirst())) {
      play(blocks.removeFirst());
    }
    return blocks.removeFirst().text().strip();
  }

  private static boolean isServer(final Block block) {
    return block.language().equals("sh") && block.name().equals("server");
  }

  /// Plays what is left.
  void play() throws Exception {
    while (!blocks.isEmpty()) {
      play(blocks.removeFirst());
    }
  }

  private void play(final Block block) throws Exception {
    switch (block.language()) {
      case "sh" -> {
        if (block.stays()) {
          start(block);
        } else {
          run(filled(block.text()));
        }
      }
      case "text" -> {
        if (block.name().isEmpty()) {
          printed(block.text());
        } else {
          onTerminal(block);
        }
      }
      default -> {
        if (!block.name().isEmpty()) {
          Files.writeString(folder.resolve(block.name()), filled(block.text()));
        }
      }
    }
  }

  // ---- commands -------------------------------------------------------------------------------

  private void run(final String lines) throws Exception {
    command = lines;
    lines.lines().filter(line -> line.startsWith("export ")).forEach(exports::add);
    final var out = Files.createTempFile(folder, "out", ".txt");
    final var process = bash("set -e\n" + String.join("\n", exports) + "\n" + lines, out);
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(page + ": this does not end: " + lines);
    }
    printed = Files.readString(out);
    assertEquals(0, process.exitValue(), () -> page + ": " + lines + printed);
    learn(printed);
  }

  private void start(final Block block) throws IOException {
    final var out = Files.createTempFile(folder, block.name(), ".txt");
    terminals.put(block.name(), out);
    final var line = filled(block.text()).strip();
    if (line.startsWith(SIMULATE)) {
      simulate(List.of(line.substring(SIMULATE.length()).split(" ")), out);
    } else {
      running.add(bash("exec " + line, out));
    }
  }

  /// In this process, with what stands in the guide: a process of its own takes seconds to start.
  private void simulate(final List<String> words, final Path out) throws IOException {
    final var arguments = new ArrayList<>(words.subList(1, words.size()));
    for (int i = 1; i < arguments.size(); i++) {
      if (FILES.contains(arguments.get(i - 1))) {
        arguments.set(i, folder.resolve(arguments.get(i)).toString());
      }
    }
    final var printed =
        new PrintStream(Files.newOutputStream(out), /* autoFlush= */ true, StandardCharsets.UTF_8);
    simulators.add(
        Thread.ofPlatform()
            .start(() -> {
              try (printed) {
                switch (words.getFirst()) {
                  case "apple" -> AppleCommand.run(arguments, printed, printed);
                  case "google" -> GoogleCommand.run(arguments, printed, printed);
                  case "microsoft" -> MicrosoftCommand.run(arguments, printed, printed);
                  case "browser" -> BrowserCommand.run(arguments, printed, printed);
                  default -> throw new IllegalArgumentException("no simulator " + words);
                }
              } catch (final IOException fault) {
                throw new UncheckedIOException(fault);
              } catch (final InterruptedException _) {
                // it is ended so
              }
            }));
  }

  private Process bash(final String script, final Path out) throws IOException {
    final var builder =
        new ProcessBuilder("bash", "-c", script)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("REVEILLE_BUILD", "never");
    final var process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  // ---- what is printed ------------------------------------------------------------------------

  /// An explanation is asked for again until it is as wanted: it is about what goes on.
  private void printed(final String wanted) throws Exception {
    final var pattern = pattern(wanted);
    final long until = System.nanoTime() + AcrossProcesses.PATIENCE.toNanos();
    while (!pattern.matcher(printed.strip()).matches()) {
      if (!command.contains("explain") || System.nanoTime() > until) {
        assertEquals(filled(wanted), printed, page + ": " + command);
      }
      run(command);
    }
  }

  private void onTerminal(final Block block) throws Exception {
    final var out = terminals.get(block.name());
    if (out == null) {
      throw new AssertionError(page + " has no terminal " + block.name());
    }
    final var pattern = pattern(block.text());
    AcrossProcesses.get(
        page + ": " + filled(block.text()) + " in " + block.name(),
        () -> {
          final var found = pattern.matcher(Files.readString(out).strip());
          return found.matches() ? true : null;
        });
    learn(Files.readString(out));
  }

  private Pattern pattern(final String wanted) {
    return Pattern.compile(
        filled(wanted)
            .strip()
            .lines()
            .map(line ->
                line.equals("…")
                    ? "(?s:.*)"
                    : Pattern.compile("…")
                            .splitAsStream(line)
                            .map(Pattern::quote)
                            .collect(Collectors.joining("[^\\n]*"))
                        + (line.endsWith("…") ? "[^\\n]*" : ""))
            .collect(Collectors.joining("\\n")));
  }

  private void learn(final String text) throws IOException {
    for (final var line : text.lines().toList()) {
      if (line.startsWith("{")) {
        learn(JSON.readTree(line));
      }
    }
    for (final var found = CONNECTION.matcher(text); found.find(); ) {
      values.put(found.group(1).toUpperCase(Locale.ROOT) + "-STRING", found.group(2));
    }
    final var key = PUBLIC_KEY.matcher(text);
    if (key.find()) {
      values.put("PUBLIC-KEY", key.group());
    }
    if (IDENTIFIER.matcher(text.strip()).matches()) {
      values.put("NOTIFICATION", text.strip());
    }
  }

  private void learn(final JsonNode object) {
    object
        .properties()
        .forEach(field -> {
          if (field.getValue().isObject()) {
            learn(field.getValue());
          } else {
            final var name = field.getKey().toUpperCase(Locale.ROOT);
            values.put(name, field.getValue().asText());
            final var port = PORT.matcher(field.getValue().asText());
            if (port.find()) {
              values.put("PORT", port.group(1));
            }
          }
        });
  }

  /// With what the words in capitals stand for.
  private String filled(final String text) {
    return Pattern.compile("(?<![A-Za-z0-9-])[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*(?![\\w-])")
        .matcher(text)
        .replaceAll(
            word -> Matcher.quoteReplacement(values.getOrDefault(word.group(), word.group())));
  }

  /// What a word in capitals stands for.
  String value(final String word) {
    return values.getOrDefault(word, "");
  }

  /// Ends what runs in its terminals.
  @Override
  public void close() throws Exception {
    simulators.forEach(Thread::interrupt);
    for (final var each : simulators) {
      each.join();
    }
    for (final var each : running) {
      each.destroy();
      if (!each.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        each.destroyForcibly().waitFor();
      }
    }
  }
}
