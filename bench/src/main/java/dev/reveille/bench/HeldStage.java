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
final class HeldStage implements AutoCloseable {
  /// As many installations as one user may have.
  static final int PER_USER = 20;

  private static final int AT_ONCE = 32;

  /// Kept phones beyond those asked for, because some benches take a few more than `--n`.
  private static final int SPARE = 200;

  private static final String KEY = "bench";
  private static final String CONFIGURATION =
      "limits: {events-per-second: 10000000, registrations-per-minute: 100000000}\n";
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  private static final String TOKENS = "phones.txt";

  final Path folder;
  final List<String> tokens;
  final int users;

  /// @param count phones to register
  /// @param kept where registered phones are kept for later benches; absent for nowhere
  HeldStage(final int count, final @Nullable Path kept, final PrintStream out) throws IOException {
    final var from = kept == null ? quickFolder() : kept;
    if (kept == null || !isEnough(kept, count)) {
      register(kept == null ? count : count + SPARE, from, out);
    }
    this.folder = Files.createTempDirectory("reveille-held-");
    this.users = (count + PER_USER - 1) / PER_USER;
    this.tokens = Files.readAllLines(from.resolve(TOKENS)).subList(0, count);
    copy(from.resolve("data"), folder.resolve("data"));
    if (kept == null) {
      Stage.remove(from);
    }
  }

  private static boolean isEnough(final Path kept, final int count) throws IOException {
    final var tokens = kept.resolve(TOKENS);
    if (!Files.exists(tokens)) {
      return false;
    }
    final int known = Files.readAllLines(tokens).size();
    if (known < count) {
      throw new IOException(
          "%s has %,d phones and %,d are wanted: name another folder with --phones"
              .formatted(kept, known, count));
    }
    return true;
  }

  private static void register(final int count, final Path folder, final PrintStream out)
      throws IOException {
    final var progress = new Progress(out, "registering phones", count);
    Files.createDirectories(folder);
    try (var server = new ServerProcess(folder, CONFIGURATION);
        var api = server.open();
        var phones = new Api(server.devices(), "", server.trust())) {
      final var pair = keys();
      api.call(
          "PUT", "/v1/apps/" + AppSetup.APP, Map.of("name", "Bench", "bundleId", AppSetup.APP));
      api.call(
          "PUT",
          "/v1/apps/" + AppSetup.APP + "/statement-keys/" + KEY,
          Map.of("publicKey", pem(pair)));
      atOnce(
          (count + PER_USER - 1) / PER_USER,
          user -> api.call("PUT", "/v1/users/" + Events.user(user), Map.of()));
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
                            statement(pair, number),
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
  private static String statement(final KeyPair pair, final int number)
      throws GeneralSecurityException, IOException {
    final var words =
        base64(Map.of("alg", "ES256", "kid", KEY))
            + "."
            + base64(
                Map.of(
                    "org",
                    "default",
                    "sub",
                    Events.user(number / PER_USER),
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
    return URL.encodeToString(Api.JSON.writeValueAsBytes(json));
  }

  /// A server of its own process on the registered phones.
  ///
  /// @param heap options of the JVM about its heap, "" for the usual ones
  ServerProcess start(final boolean tls, final String heap) throws IOException {
    final List<String> plain = tls ? List.of() : List.of("--plain-devices");
    return new ServerProcess(folder, CONFIGURATION, heap, plain);
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
    Stage.remove(folder);
  }
}
