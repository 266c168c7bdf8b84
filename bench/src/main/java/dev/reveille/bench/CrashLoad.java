package dev.reveille.bench;

import dev.reveille.bench.verdict.Evidence.End;
import dev.reveille.bench.verdict.Evidence.HandIn;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/// The load of a crash campaign: several senders that know nothing of each other, each with a
/// connection of its own, hand in messages and calls, and answer, decline and cancel what rings.
/// Records the server's answer to each.
final class CrashLoad {
  /// Words that are looked for in what operators read.
  static final List<String> NAMES =
      List.of("Zoë Quellwasser", "sip:zoe.quellwasser@example.com", "Wilhelmine Übersee");

  static final String WORDS = ", strictly between us";

  private final CrashPlan plan;
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicLong repeated = new AtomicLong();
  private final AtomicLong lateActs = new AtomicLong();
  private final Queue<HandIn> handIns = new ConcurrentLinkedQueue<>();
  private final Queue<End> ends = new ConcurrentLinkedQueue<>();
  private final Map<String, String> installations;
  private final List<CrashSender> senders = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /// @param installations by user
  CrashLoad(
      final ServerProcess server, final CrashPlan plan, final Map<String, String> installations)
      throws IOException {
    this.plan = plan;
    this.installations = Map.copyOf(installations);
    for (int number = 0; number < plan.traffic().senders(); number++) {
      senders.add(new CrashSender(server.open(), "sender-" + number, plan.seed() + number, this));
    }
  }

  static String text(final long number) {
    return "number " + number + WORDS;
  }

  CrashPlan plan() {
    return plan;
  }

  void start() {
    senders.forEach(threads::execute);
  }

  /// Ends the load and waits for what is under way: all that was begun is answered, or given up.
  void stop() throws InterruptedException {
    senders.forEach(CrashSender::stop);
    for (final var sender : senders) {
      sender.finish();
    }
    threads.close();
  }

  List<HandIn> handIns() {
    return List.copyOf(handIns);
  }

  List<End> ends() {
    return List.copyOf(ends);
  }

  /// Hand-ins that had to be sent again.
  long repeated() {
    return repeated.get();
  }

  /// Answers, declines and cancels that came after the call was over.
  long lateActs() {
    return lateActs.get();
  }

  // ---- what the senders tell -------------------------------------------------------------------

  long nextNumber() {
    return numbers.incrementAndGet();
  }

  Collection<String> users() {
    return installations.keySet();
  }

  String installation(final String user) {
    return installations.getOrDefault(user, "");
  }

  void handedIn(final HandIn handIn) {
    handIns.add(handIn);
  }

  /// @param user for whom it is over; "" for all
  void ended(final String call, final String user, final Instant asked) {
    ends.add(new End(call, user, asked, Instant.now()));
  }

  void sentAgain() {
    repeated.incrementAndGet();
  }

  void actCameTooLate() {
    lateActs.incrementAndGet();
  }
}
