package dev.reveille.bench.siege;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// One way to overload a server: what must exist before it begins, and parts that run by
/// themselves, such as a flood of connections or threads that send requests.
abstract class Attack implements AutoCloseable {
  /// Goes on from its beginning until it is closed.
  interface Part extends AutoCloseable {
    void begin();

    @Override
    void close();
  }

  final AttackTarget target;
  final AttackConnections connections;
  final Tally tally;
  private final List<Part> parts = new ArrayList<>();

  Attack(final AttackTarget target, final AttackConnections connections, final Tally tally) {
    this.target = target;
    this.connections = connections;
    this.tally = tally;
  }

  /// Adds connections that are opened at a steady rate.
  final ConnectionFlood flood(
      final ConnectionFlood.Plan plan, final ConnectionFlood.Member member) {
    final var flood = new ConnectionFlood(connections, plan, member);
    parts.add(flood);
    return flood;
  }

  /// Adds threads that ask, as many for each size.
  final void askers(final int threads, final Askers.Ask ask, final Askers.Told told)
      throws IOException {
    parts.add(new Askers(Groundwork.trusting(target), tally, threads * target.size(), ask, told));
  }

  final void add(final Part part) {
    parts.add(part);
  }

  /// Makes what the attack needs, by requests that are no attack yet.
  abstract void prepare() throws IOException;

  /// Starts; what it does goes on until it is closed.
  final void begin() {
    parts.forEach(Part::begin);
  }

  /// What the server holds for the attacker now, as far as the attacker can tell: bytes of bodies
  /// on connections that are open, recipients of calls that were taken, channels. 0 where the
  /// server alone knows, or where the attack is work, which is not held.
  long held() {
    return 0;
  }

  @Override
  public final void close() {
    parts.forEach(Part::close);
  }
}
