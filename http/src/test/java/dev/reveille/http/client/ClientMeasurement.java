package dev.reveille.http.client;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/// Not a test: how much processor time a push costs us, against a simulator in a process of its own
/// (`simulate apple --quick`). Arguments: port, CA file, a provider token, requests, group size.
final class ClientMeasurement {
  private static final byte[] FRONT = "/3/device/".getBytes(StandardCharsets.US_ASCII);
  private static final HeaderName ID = HeaderName.of("apns-id");
  private static final HeaderName EXPIRATION = HeaderName.of("apns-expiration");
  private static final LongAdder BAD = new LongAdder();

  private ClientMeasurement() {}

  public static void main(final String... arguments) throws Exception {
    final int port = Integer.parseInt(arguments[0]);
    final X509Certificate ca;
    try (var in = Files.newInputStream(Path.of(arguments[1]))) {
      ca = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
    final int requests = Integer.parseInt(arguments[3]);
    final int group = Integer.parseInt(arguments[4]);
    final var constants =
        HeaderSet.post("127.0.0.1")
            .with(HeaderName.of("authorization"), "bearer " + arguments[2])
            .with(HeaderName.of("apns-topic"), "org.example.app.voip")
            .with(HeaderName.of("apns-push-type"), "voip")
            .with(HeaderName.of("apns-priority"), "10");
    final var tokens = new byte[1_000][];
    final var random = new Random(1);
    for (int i = 0; i < tokens.length; i++) {
      final byte[] bytes = new byte[32];
      random.nextBytes(bytes);
      tokens[i] = HexFormat.of().formatHex(bytes).getBytes(StandardCharsets.US_ASCII);
    }
    final byte[] payload =
        ("{\"aps\":{},\"x\":\"" + "p".repeat(280) + "\"}").getBytes(StandardCharsets.UTF_8);
    final var window = new Semaphore(2_000);
    final var bean = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    final var loops = ClientEventLoops.start(1, "measure");
    final var pool =
        new ClientPool(
            "measure",
            loops,
            ClientTarget.of("127.0.0.1", port, List.of(ca)),
            PoolSettings.DEFAULT.withMostConnections(1),
            PoolListener.NONE);
    for (int round = 0; round < 10; round++) {
      final long cpu = bean.getProcessCpuTime();
      final long compiler = ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
      final long start = System.nanoTime();
      for (int sent = 0; sent < requests; sent += group) {
        window.acquire(group);
        final var batch = new ArrayList<Push>(group);
        for (int i = 0; i < group; i++) {
          batch.add(new Push(constants, tokens[(sent + i) % tokens.length], payload, window));
        }
        pool.send(batch);
      }
      window.acquire(2_000);
      window.release(2_000);
      final double seconds = (System.nanoTime() - start) / 1e9;
      final double used = (bean.getProcessCpuTime() - cpu) / 1e3;
      System.out.printf(
          "round %d: %.0f/s, %.2f us CPU each (compiler wall %d ms), %d bad%n",
          round,
          requests / seconds,
          used / requests,
          ManagementFactory.getCompilationMXBean().getTotalCompilationTime() - compiler,
          BAD.sum());
    }
    pool.close();
    System.exit(0);
  }

  private static final class Push extends ClientRequest {
    private final HeaderSet constants;
    private final byte[] token;
    private final byte[] payload;
    private final Semaphore window;
    private final UUID id = new UUID(System.nanoTime(), 42);

    Push(
        final HeaderSet constants,
        final byte[] token,
        final byte[] payload,
        final Semaphore window) {
      super(Priority.NORMAL, NO_MOMENT);
      this.constants = constants;
      this.token = token;
      this.payload = payload;
      this.window = window;
    }

    @Override
    protected void head(final RequestHeaders headers) {
      headers.path(FRONT, token).constants(constants).once(ID, id).once(EXPIRATION, 1_800_000_000L);
    }

    @Override
    protected byte[] body() {
      return payload;
    }

    @Override
    protected void answered(final ClientAnswer answer) {
      if (answer.status() != 200) {
        BAD.increment();
      }
      window.release();
    }

    @Override
    protected void notSent(final NotSent why) {
      BAD.increment();
      window.release();
    }

    @Override
    protected void uncertain(final Doubt why) {
      BAD.increment();
      window.release();
    }
  }
}
