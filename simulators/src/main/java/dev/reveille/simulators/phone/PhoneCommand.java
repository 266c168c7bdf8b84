package dev.reveille.simulators.phone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.simulators.service.CommandLine;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// `simulate phone`: phones as a process of their own. Reports are lines of JSON on standard output
/// ([PhoneReport]); commands are lines on standard input, in words or as JSON:
///
/// | words | JSON |
/// |---|---|
/// | `foreground` | `{"do":"foreground"}` |
/// | `suspend locked` | `{"do":"suspend","state":"locked"}` |
/// | `answer CALL`, `decline CALL`, `decline CALL here` | `{"do":"decline","call":"…","everywhere":false}` |
/// | `tap EVENT`, `mark EVENT read` | `{"do":"mark","event":"…","mark":"read"}` |
/// | `stay locked`: suspended, but the channel stays open | `{"do":"stay","state":"locked"}` |
/// | `freeze`, `thaw`, `lose-network`, `sign-out`, `quit` | `{"do":"freeze"}` |
/// | `counters` | `{"do":"counters"}` |
/// | `@NAME WORDS`: for another phone than the first | `{"phone":"NAME","do":…}` |
/// | `add NAME CODE`: a further phone, like the first | `{"do":"add","phone":"NAME","code":"…"}` |
public final class PhoneCommand {
  private static final ObjectMapper JSON = new ObjectMapper();
  public static final String USAGE =
      """
      usage: simulate phone --server URL --app APP --code CODE|- [--ca FILE] [--name NAME]
          [--apple CONTROL-URL --topic TOPIC [--sandbox]] [--google CONTROL-URL --project NAME]
          [--clearing-house URL --house-domain DOMAIN --partner DOMAIN --partner-code CODE]
          [--platform ios] [--os 18]
          [--generation WORD] [--attribute NAME=VALUE]... [--answer-after PT1S]
          [--decline-after PT1S] [--tap-after PT1S] [--no-receipts] [--with-parent]
      Commands are read from standard input: foreground, suspend WORD, answer CALL,
      decline CALL [here], tap EVENT, mark EVENT MARK, counters, add NAME CODE, quit, ...\
      """;

  private final PrintStream out;
  private final PhoneNetwork network;
  private final PhoneOptions like;
  private final Map<String, Phone> phones = new LinkedHashMap<>();

  private PhoneCommand(final PrintStream out, final PhoneNetwork network, final PhoneOptions like) {
    this.out = out;
    this.network = network;
    this.like = like;
  }

  /// @return the exit code: 0 ended as asked, 1 not registered, 2 used wrongly
  public static int run(final List<String> arguments, final PrintStream out, final PrintStream err)
      throws IOException, InterruptedException {
    final Map<String, String> given = new HashMap<>();
    final Map<String, String> attributes = new HashMap<>();
    final PhoneOptions options;
    try {
      read(new ArrayDeque<>(arguments), given, attributes);
      options = options(given, attributes);
    } catch (RuntimeException e) {
      err.println("simulate phone: " + e.getMessage() + "\n" + USAGE);
      return 2;
    }
    final var ca = given.get("--ca");
    try (var network =
        ca == null ? PhoneNetwork.plain() : PhoneNetwork.trusting(Files.readString(Path.of(ca)))) {
      final var command = new PhoneCommand(out, network, options);
      try {
        command.add(options.name(), code(given.getOrDefault("--code", "")));
      } catch (IOException e) {
        err.println(e.getMessage());
        return 1;
      }
      command.obey(given.containsKey("--with-parent"));
      return 0;
    }
  }

  /// `-`: the first line of the standard input, since arguments can be read by every user of the
  /// machine. Nothing behind that line is taken: what follows is for [#obey].
  private static String code(final String given) throws IOException {
    if (!given.equals("-")) {
      return given;
    }
    final var line = new ByteArrayOutputStream();
    for (int c = System.in.read(); c >= 0 && c != '\n'; c = System.in.read()) {
      line.write(c);
    }
    return line.toString(StandardCharsets.UTF_8).strip();
  }

  private static void read(
      final ArrayDeque<String> rest,
      final Map<String, String> given,
      final Map<String, String> attributes) {
    while (!rest.isEmpty()) {
      final String option = rest.removeFirst();
      switch (option) {
        case "--sandbox", "--no-receipts", "--with-parent" -> given.put(option, "");
        case "--attribute" -> {
          final var pair = value(option, rest).split("=", 2);
          attributes.put(pair[0], pair.length > 1 ? pair[1] : "");
        }
        case "--server",
            "--app",
            "--code",
            "--ca",
            "--name",
            "--apple",
            "--topic",
            "--google",
            "--project",
            "--clearing-house",
            "--house-domain",
            "--partner",
            "--partner-code",
            "--platform",
            "--os",
            "--generation",
            "--answer-after",
            "--decline-after",
            "--tap-after" ->
            given.put(option, value(option, rest));
        default -> throw new IllegalArgumentException("unknown option " + option);
      }
    }
  }

  private static String value(final String option, final ArrayDeque<String> rest) {
    if (rest.isEmpty()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return rest.removeFirst();
  }

  private static PhoneOptions options(
      final Map<String, String> given, final Map<String, String> attributes) {
    for (final var needed : List.of("--server", "--app", "--code")) {
      if (!given.containsKey(needed)) {
        throw new IllegalArgumentException(needed + " is missing");
      }
    }
    var options =
        PhoneOptions.at(
                URI.create(given.getOrDefault("--server", "")), given.getOrDefault("--app", ""))
            .named(given.getOrDefault("--name", "phone"))
            .withPlatform(
                given.getOrDefault("--platform", "ios"),
                CommandLine.number(
                    "--os", new ArrayDeque<>(List.of(given.getOrDefault("--os", "18")))))
            .withGeneration(given.getOrDefault("--generation", ""))
            .withAttributes(attributes);
    for (final var one : given.entrySet()) {
      options =
          switch (one.getKey()) {
            case "--apple" ->
                options.withApple(
                    URI.create(one.getValue()), given.getOrDefault("--topic", options.app()));
            case "--google" ->
                options.withGoogle(URI.create(one.getValue()), given.getOrDefault("--project", ""));
            case "--clearing-house" ->
                options.through(
                    URI.create(one.getValue()),
                    needed(given, "--house-domain"),
                    needed(given, "--partner"),
                    needed(given, "--partner-code"));
            case "--sandbox" -> options.inSandbox();
            case "--no-receipts" -> options.withoutReceipts();
            case "--answer-after" -> options.answering(Duration.parse(one.getValue()));
            case "--decline-after" -> options.declining(Duration.parse(one.getValue()));
            case "--tap-after" -> options.tapping(Duration.parse(one.getValue()));
            default -> options;
          };
    }
    return options;
  }

  private static String needed(final Map<String, String> given, final String option) {
    final var value = given.get(option);
    if (value == null) {
      throw new IllegalArgumentException("--clearing-house needs " + option);
    }
    return value;
  }

  private void add(final String name, final String code) throws IOException, InterruptedException {
    final var phone = new Phone(network, like.named(name), this::print);
    phones.put(name, phone);
    phone.register(code);
  }

  private void print(final PhoneReport report) {
    print(report.json());
  }

  private void print(final ObjectNode line) {
    synchronized (out) {
      out.println(line);
      out.flush();
    }
  }

  private void obey(final boolean withParent) throws IOException, InterruptedException {
    final var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      if (!line.isBlank() && !obey(line.strip())) {
        return;
      }
    }
    if (!withParent) {
      new CountDownLatch(1).await(); // no commands come, but it goes on reporting
    }
  }

  private boolean obey(final String line) throws InterruptedException {
    try {
      return obey(line.startsWith("{") ? JSON.readTree(line) : inJson(line));
    } catch (JsonProcessingException e) {
      complain("this is no JSON: " + line);
    } catch (IOException | RuntimeException e) {
      complain(line + ": " + e.getMessage());
    }
    return true;
  }

  private void complain(final String words) {
    print(
        new PhoneReport(
            like.name(), Instant.now(), "trouble", JSON.createObjectNode().put("detail", words)));
  }

  private static ObjectNode inJson(final String line) {
    final var words = new ArrayDeque<>(List.of(line.split("\\s+")));
    final var command = JSON.createObjectNode();
    if (words.getFirst().startsWith("@")) {
      command.put("phone", words.removeFirst().substring(1));
    }
    final String verb = words.removeFirst();
    command.put("do", verb);
    final String first = words.isEmpty() ? "" : words.removeFirst();
    final String second = words.isEmpty() ? "" : words.removeFirst();
    return switch (verb) {
      case "suspend", "stay" -> command.put("state", first.isEmpty() ? "suspended" : first);
      case "answer" -> command.put("call", first);
      case "decline" -> command.put("call", first).put("everywhere", !second.equals("here"));
      case "tap" -> command.put("event", first);
      case "mark" -> command.put("event", first).put("mark", second);
      case "add" -> command.put("phone", first).put("code", second);
      default -> command;
    };
  }

  /// Answers false when it was the last command.
  private boolean obey(final JsonNode command) throws IOException, InterruptedException {
    final String verb = command.path("do").asText();
    final String name = command.path("phone").asText(like.name());
    if (verb.equals("add")) {
      add(name, command.path("code").asText());
      return true;
    }
    if (verb.equals("quit")) {
      phones.values().forEach(Phone::close);
      return false;
    }
    final @Nullable Phone phone = phones.get(name);
    if (phone == null) {
      throw new IllegalArgumentException("there is no phone " + name);
    }
    final String call = command.path("call").asText();
    final String event = command.path("event").asText();
    switch (verb) {
      case "foreground" -> phone.foreground();
      case "suspend" -> phone.suspend(command.path("state").asText("suspended"));
      case "stay" -> phone.suspendButStayConnected(command.path("state").asText("suspended"));
      case "freeze" -> phone.freeze();
      case "thaw" -> phone.thaw();
      case "lose-network" -> phone.loseNetwork();
      case "answer" -> phone.answer(call);
      case "decline" -> phone.decline(call, command.path("everywhere").asBoolean(true));
      case "tap" -> phone.tap(event);
      case "mark" -> phone.mark(event, command.path("mark").asText());
      case "sign-out" -> phone.signOut();
      case "counters" ->
          print(
              new PhoneReport(name, Instant.now(), "counters", JSON.valueToTree(phone.counters())));
      default -> throw new IllegalArgumentException("there is no such command");
    }
    return true;
  }
}
