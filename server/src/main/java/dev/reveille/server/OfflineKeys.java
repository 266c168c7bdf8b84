package dev.reveille.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.Product;
import dev.reveille.protocols.rest.ApiKeys;
import dev.reveille.routing.port.SecretStore.Right;
import dev.reveille.routing.port.StoreException;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `reveille keys add --data DIR --offline`: makes an API key of the first organisation when every
/// key is lost. It asks for no key: who may write a stopped server's data directory owns it. Lost
/// keys stay valid; the key in `client.json` is replaced. While a server runs, it refuses.
///
/// Exit codes: 0 done, 1 a file could not be read or written (the key may be made but not shown), 2
/// used wrongly, 69 the directory is no store, or is in use.
@Command(
    name = "keys",
    description = {
      "Makes a key in the data directory of a stopped server, prints its secret, and writes it into"
          + " client.json."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
public final class OfflineKeys implements Callable<Integer> {
  private static final String US = "offline";
  private static final int WRONG = 2;
  private static final int UNAVAILABLE = 69;
  private static final int LONGEST_NOTE = 256;

  @Parameters(paramLabel = "add", description = "the only thing that is done offline")
  private String what = "";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "the server's data directory (default: REVEILLE_DATA, ./data)")
  private @Nullable Path data;

  @Option(names = "--offline", description = "the server is stopped")
  private boolean offline;

  @Option(
      names = "--right",
      paramLabel = "RIGHT",
      description = "send, listen or manage; may be repeated (default: all)")
  private List<String> rights = List.of();

  @Option(names = "--note", paramLabel = "TEXT", description = "who uses it")
  private String note = "made offline";

  @Option(names = "--json", description = "print the key as JSON")
  private boolean json;

  private final PrintWriter out;
  private final PrintWriter err;

  private OfflineKeys(final PrintWriter out, final PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  public static void main(final String... arguments) {
    Logs.setUp();
    Logs.onlyWarnings();
    final var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    final var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, arguments));
  }

  /// @return the exit code
  static int run(final PrintWriter out, final PrintWriter err, final String... arguments) {
    return new CommandLine(new OfflineKeys(out, err))
        .setCommandName(Product.COMMAND + " keys")
        .setOut(out)
        .setErr(err)
        .execute(arguments);
  }

  @Override
  public Integer call() throws IOException {
    if (!what.equals("add") || !offline) {
      return failed(WRONG, "only `keys add` is done offline", "Start the server for the others.");
    }
    final Set<Right> granted = EnumSet.noneOf(Right.class);
    for (final var word : rights) {
      final var right = right(word);
      if (right == null) {
        return failed(
            WRONG,
            "a right is send, listen or manage, not " + LogText.visible(word),
            "Correct it.");
      }
      granted.add(right);
    }
    if (note.length() > LONGEST_NOTE || note.chars().anyMatch(Character::isISOControl)) {
      return failed(
          WRONG, "a note has at most " + LONGEST_NOTE + " characters on one line", "Shorten it.");
    }
    final var directory = directory();
    if (!Files.exists(directory.resolve("reveille.db"))) {
      return failed(
          UNAVAILABLE,
          "there is no store in " + directory.toAbsolutePath(),
          "Name the server's data directory with --data DIR; `reveille serve` makes a new one, with"
              + " a key.");
    }
    try (var store =
        SqliteStore.open(
            directory,
            StoreSettings.from(System.getenv()),
            InstantSource.system(),
            () -> Instant.EPOCH)) { // nothing is old: this must remove nothing
      store.registry().keepOrganisation(Bootstrap.FIRST, US);
      final var made =
          ApiKeys.make(
              store.secrets(),
              Bootstrap.FIRST,
              granted.isEmpty() ? EnumSet.allOf(Right.class) : granted,
              note,
              InstantSource.system().instant().truncatedTo(ChronoUnit.MILLIS),
              US);
      Bootstrap.replaceKey(directory, made.secret());
      out.println(json ? inJson(made) : made.secret());
      return 0;
    } catch (final StoreException store) {
      err.println(Product.COMMAND + ": " + store.getMessage());
      return UNAVAILABLE;
    }
  }

  private Path directory() {
    final var named = System.getenv("REVEILLE_DATA");
    return data != null ? data : Path.of(named == null || named.isEmpty() ? "data" : named);
  }

  private static @Nullable Right right(final String word) {
    for (final var right : Right.values()) {
      if (right.name().toLowerCase(Locale.ROOT).equals(word)) {
        return right;
      }
    }
    return null;
  }

  /// As `POST /v1/keys` answers.
  private static String inJson(final ApiKeys.Made made) throws IOException {
    final var fields = new LinkedHashMap<String, Object>();
    fields.put("id", made.key().id());
    fields.put(
        "rights",
        made.key().rights().stream()
            .map(right -> right.name().toLowerCase(Locale.ROOT))
            .sorted()
            .toList());
    fields.put("note", made.key().note());
    fields.put("madeAt", made.key().madeAt().toString());
    fields.put("secret", made.secret());
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(fields);
  }

  private int failed(final int code, final String sentence, final String remedy) {
    err.println(Product.COMMAND + ": " + sentence + ".\n  " + remedy);
    return code;
  }
}
