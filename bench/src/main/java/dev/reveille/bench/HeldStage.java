package dev.reveille.bench;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// A data directory with many phones registered, as an app's backend has them registered: each with
/// a statement that the backend signed. Servers are started on it, one after the other, so that
/// each measurement has a young process that has seen none of the phones.
///
/// Checking so many signatures takes a minute. A folder named with `--phones` keeps what the
/// registration left, and later benches begin with a copy of it.
///
/// The servers are those of one build, also the one that registers the phones.
final class HeldStage implements Registered {
  /// As many installations as one user may have.
  private static final int MOST_PER_USER = 20;

  private static final int AT_ONCE = 32;

  /// Kept phones beyond those asked for, because some benches take a few more than `--n`.
  private static final int SPARE = 200;

  private static final String KEY = "bench";
  private static final String CONFIGURATION =
      "limits: {events-per-second: 10000000, registrations-per-minute: 100000000}\n";
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  private static final String TOKENS = "phones.txt";
  private static final String PER_USER = "per-user.txt";

  final Path folder;
  final List<String> tokens;
  final int users;
  private final int perUser;
  private final Checkout checkout;

  /// Which phones a bench wants.
  ///
  /// @param perUser phones of one user; most people have one
  /// @param kept where registered phones are kept for later benches; absent for nowhere
  record Phones(int perUser, @Nullable Path kept) {
    Phones {
      if (perUser < 1 || perUser > MOST_PER_USER) {
        throw new IllegalArgumentException(
            "--per-user must be 1 to " + MOST_PER_USER + ", not " + perUser);
      }
    }

    /// The same, kept for servers of a build alone.
    Phones of(final Checkout checkout) throws IOException {
      return new Phones(perUser, checkout.kept(kept));
    }
  }

  /// With servers of this build.
  ///
  /// @param count phones to register
  HeldStage(final int count, final Phones phones, final PrintStream out) throws IOException {
    this(Checkout.THIS, count, phones, out);
  }

  /// @param checkout whose servers they are
  /// @param count phones to register
  HeldStage(final Checkout checkout, final int count, final Phones phones, final PrintStream out)
      throws IOException {
    this.checkout = checkout;
    this.perUser = phones.perUser;
    this.users = (count + perUser - 1) / perUser;
    this.folder = Files.createTempDirectory("reveille-held-");
    final var kept = phones.kept;
    if (kept != null && isEnough(kept, count)) {
      copy(kept.resolve("data"), folder.resolve("data"));
      this.tokens = Files.readAllLines(kept.resolve(TOKENS)).subList(0, count);
      return;
    }
    final var quick = quickFolder();
    try {
      register(kept == null ? count : count + SPARE, quick, out);
      this.tokens = Files.readAllLines(quick.resolve(TOKENS)).subList(0, count);
      copy(quick.resolve("data"), folder.resolve("data"));
      if (kept != null) {
        Files.createDirectories(kept);
        copy(quick.resolve("data"), kept.resolve("data"));
        Files.copy(quick.resolve(TOKENS), kept.resolve(TOKENS)); // the last: now it is complete
      }
    } catch (final IOException failed) {
      BenchStage.remove(folder);
      throw failed;
    } finally {
      BenchStage.remove(quick);
    }
  }

  /// A copy of a stage on which no server has run since the registration.
  HeldStage(final HeldStage fresh) throws IOException {
    this.checkout = fresh.checkout;
    this.perUser = fresh.perUser;
    this.users = fresh.users;
    this.tokens = fresh.tokens;
    this.folder = Files.createTempDirectory("reveille-held-");
    copy(fresh.folder.resolve("data"), folder.resolve("data"));
  }

  @Override
  public Checkout checkout() {
    return checkout;
  }

  @Override
  public String size() {
    return "%,d phones of %,d users".formatted(tokens.size(), users);
  }

  /// The number of the user whose phone this is.
  int user(final int phone) {
    return phone / perUser;
  }

  private boolean isEnough(final Path kept, final int count) throws IOException {
    final var tokens = kept.resolve(TOKENS);
    if (!Files.exists(tokens)) {
      Files.createDirectories(kept);
      Files.writeString(kept.resolve(PER_USER), Integer.toString(perUser));
      return false;
    }
    final var noted = kept.resolve(PER_USER);
    final int each =
        Files.exists(noted) ? Integer.parseInt(Files.readString(noted).strip()) : MOST_PER_USER;
    if (each != perUser) {
      throw new IOException(
          "%s has %d phones per user and %d are wanted: name another folder with --phones"
              .formatted(kept, each, perUser));
    }
    final int known = Files.readAllLines(tokens).size();
    if (known < count) {
      throw new IOException(
          "%s has %,d phones and %,d are wanted: name another folder with --phones"
              .formatted(kept, known, count));
    }
    return true;
  }

  private void register(final int count, final Path folder, final PrintStream out)
      throws IOException {
    final var progress = new Progress(out, "registering phones" + checkout.where(), count);
    Files.createDirectories(folder);
    try (var server = new ServerProcess(checkout, folder, CONFIGURATION, "", List.of());
        var api = server.open();
        var phones = new SetupApi(server.devices(), "", server.trust())) {
      final var pair = keys();
      api.call(
          "PUT", "/v1/apps/" + AppSetup.APP, Map.of("name", "Bench", "bundleId", AppSetup.APP));
      api.call(
          "PUT",
          "/v1/apps/" + AppSetup.APP + "/statement-keys/" + KEY,
          Map.of("publicKey", pem(pair)));
      atOnce(
          (count + perUser - 1) / perUser,
          user -> api.call("PUT", "/v1/users/" + ChatMessages.user(user), Map.of()));
      final var registered =
          atOnce(
              count,
              number -> {
                final var said =
                    phones.call(
                        "POST",
                        "/device/v1/installations",
                        Map.of(
                            "app",
                            AppSetup.APP,
                            "statement",
                            statement(pair, number, ChatMessages.user(user(number))),
                            "platform",
                            "ios",
                            "osMajor",
                            18));
                progress.step();
                return said;
              });
      Files.write(
          folder.resolve(TOKENS),
          registered.stream().map(said -> said.get("token").asText()).toList());
    } catch (final GeneralSecurityException impossible) {
      throw new IOException(impossible);
    }
    progress.end();
  }

  /// A registration is several commits, each of which waits for the disk. Nothing is measured yet,
  /// so they are made in memory where the system has such a folder, and copied to the disk.
  private static Path quickFolder() throws IOException {
    final var memory = Path.of("/dev/shm");
    return Files.isWritable(memory)
        ? Files.createTempDirectory(memory, "reveille-held-")
        : Files.createTempDirectory("reveille-held-");
  }

  private static void copy(final Path from, final Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (final var path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()), COPY_ATTRIBUTES);
      }
    }
  }

  private interface Step {
    JsonNode of(int number) throws IOException, GeneralSecurityException;
  }

  private static List<JsonNode> atOnce(final int count, final Step step) throws IOException {
    try (var workers = Executors.newFixedThreadPool(AT_ONCE)) {
      final var work = new ArrayList<Callable<JsonNode>>();
      for (int i = 0; i < count; i++) {
        final int number = i;
        work.add(() -> step.of(number));
      }
      final var all = new ArrayList<JsonNode>();
      for (final var done : workers.invokeAll(work)) {
        all.add(done.get());
      }
      return all;
    } catch (final InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    } catch (final ExecutionException failed) {
      throw new IOException(failed);
    }
  }

  private static KeyPair keys() throws GeneralSecurityException {
    final var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static String pem(final KeyPair pair) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  /// What the app's backend says of one of its users.
  private static String statement(final KeyPair pair, final int number, final String user)
      throws GeneralSecurityException, IOException {
    final var words =
        base64(Map.of("alg", "ES256", "kid", KEY))
            + "."
            + base64(
                Map.of(
                    "org",
                    "default",
                    "sub",
                    user,
                    "app",
                    AppSetup.APP,
                    "jti",
                    "phone-" + number,
                    "exp",
                    Instant.now().plusSeconds(600).getEpochSecond()));
    final var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(pair.getPrivate());
    signature.update(words.getBytes(StandardCharsets.US_ASCII));
    return words + "." + URL.encodeToString(signature.sign());
  }

  private static String base64(final Map<String, Object> json) throws IOException {
    return URL.encodeToString(SetupApi.JSON.writeValueAsBytes(json));
  }

  /// A server of its own process on the registered phones.
  ServerProcess start(final boolean tls) throws IOException {
    final List<String> plain = tls ? List.of() : List.of("--plain-devices");
    return new ServerProcess(checkout, folder, CONFIGURATION, "", plain);
  }

  /// The certificate and key that the servers of this stage use by themselves; the peers use them
  /// too.
  Path certificate() {
    return folder.resolve("data/tls/server.pem");
  }

  Path key() {
    return folder.resolve("data/tls/server.key");
  }

  Path authority() {
    return folder.resolve("data/tls/ca.pem");
  }

  @Override
  public void close() throws IOException {
    BenchStage.remove(folder);
  }
}
