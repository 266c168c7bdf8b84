package dev.reveille.push.apns;

import com.sun.management.OperatingSystemMXBean;
import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.http.client.PoolSettings;
import dev.reveille.model.AppId;
import dev.reveille.model.CallId;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.TargetKey;
import dev.reveille.push.app.OperatorAlerts;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Sender.Outcomes;
import dev.reveille.routing.port.WorkKey;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/// Not a test: how much processor time a ringing call costs from `send` to its outcome, against a
/// simulator in a process of its own (`simulate apple --quick --make-key DIR`). Arguments: its
/// address, CA file, team, key id, key file, pushes per round, group size, rounds.
final class ApnsMeasurement {
  private static final int WINDOW = 2_000;

  private ApnsMeasurement() {}

  public static void main(final String... arguments) throws Exception {
    final var credential =
        new Credential.Apns(
            arguments[2],
            arguments[3],
            Files.readString(Path.of(arguments[4])),
            arguments[0],
            "",
            Files.readString(Path.of(arguments[1])));
    final int pushes = Integer.parseInt(arguments[5]);
    final int groupSize = Integer.parseInt(arguments[6]);
    final int rounds = Integer.parseInt(arguments[7]);
    final var loops = ClientEventLoops.start(1, "measure");
    final var settings =
        ApnsSettings.DEFAULT
            .withAllowed(ApnsStage.HERE)
            .withPool(PoolSettings.DEFAULT.withMostConnections(1));
    final var sender =
        new ApnsSender(
            _ -> Optional.of(new ApnsApps.ApnsApp("org.example.softphone", credential)),
            loops,
            settings,
            InstantSource.system(),
            OperatorAlerts.LOG);
    final var window = new Semaphore(WINDOW);
    final var other = new ConcurrentHashMap<String, LongAdder>();
    final Outcomes outcomes =
        (_, outcome) -> {
          if (!(outcome instanceof HandedOver)) {
            other.computeIfAbsent(outcome.toString(), _ -> new LongAdder()).increment();
          }
          window.release();
        };
    final var addresses = new PushAddress.Direct[1_000];
    final var random = new Random(1);
    for (int i = 0; i < addresses.length; i++) {
      final byte[] token = new byte[32];
      random.nextBytes(token);
      addresses[i] =
          new PushAddress.Direct(
              PushService.APNS,
              PushChannel.VOIP,
              new AppId("softphone"),
              false,
              new PushToken(HexFormat.of().formatHex(token)),
              Instant.EPOCH);
    }
    final var bean = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    final var device = new TargetKey("phone");
    for (int round = 0; round < rounds; round++) {
      final long cpu = bean.getProcessCpuTime();
      final long compiler = ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
      final long start = System.nanoTime();
      for (int sent = 0; sent < pushes; sent += groupSize) {
        window.acquire(groupSize);
        final var deadline = Instant.now().plus(Duration.ofSeconds(30));
        final var group = new ArrayList<Push>(groupSize);
        for (int i = 0; i < groupSize; i++) {
          final var id = new UUID(round, sent + i);
          final var ring =
              new PushContent.Ring(
                  "0000018f-1", new CallId(id), "Anna Example", "sip:anna@example.org", false);
          group.add(
              new Push(
                  new WorkKey(sent + i, device),
                  addresses[(sent + i) % addresses.length],
                  id,
                  ring,
                  Lane.URGENT,
                  deadline,
                  1,
                  () -> true));
        }
        sender.send(group, outcomes);
      }
      window.acquire(WINDOW);
      window.release(WINDOW);
      final double seconds = (System.nanoTime() - start) / 1e9;
      final double used = (bean.getProcessCpuTime() - cpu) / 1e3;
      System.out.printf(
          "round %d: %.0f/s, %.2f us of processor time each, compiler %d ms, other outcomes %s%n",
          round,
          pushes / seconds,
          used / pushes,
          ManagementFactory.getCompilationMXBean().getTotalCompilationTime() - compiler,
          other);
    }
    sender.close();
    System.exit(0);
  }
}
