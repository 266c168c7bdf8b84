package dev.reveille.simulators.microsoft;

import dev.reveille.simulators.microsoft.WindowsChannel.Service;
import dev.reveille.simulators.service.CalledService;
import dev.reveille.simulators.service.Fault;
import dev.reveille.simulators.service.HeaderLine;
import dev.reveille.simulators.service.ServiceAnswer;
import dev.reveille.simulators.service.ServiceCall;
import dev.reveille.simulators.service.Site;
import java.util.List;
import java.util.function.Consumer;

/// Decides how Microsoft's simulated services (token endpoints, WNS, MPNS) answer a request. Called
/// from any event loop; must not block.
final class MicrosoftService implements CalledService {
  /// A fault for this "device token" meets requests to the token endpoints.
  static final String OAUTH = "oauth";

  private final MicrosoftOptions options;
  private final MicrosoftTokens tokens;
  private final WindowsChannels channels;
  private final WnsCalls wns;
  private final MpnsCalls mpns;
  private final Site site;

  MicrosoftService(
      final MicrosoftOptions options,
      final MicrosoftTokens tokens,
      final WindowsChannels channels,
      final Site site) {
    this.options = options;
    this.tokens = tokens;
    this.channels = channels;
    this.site = site;
    wns = new WnsCalls(options, tokens, channels);
    mpns = new MpnsCalls(options, channels);
  }

  MpnsCalls mpns() {
    return mpns;
  }

  @Override
  public Site site() {
    return site;
  }

  @Override
  public boolean keepsBodies() {
    return true; // the token endpoints read theirs, also in quick mode
  }

  private static boolean isForPhone(final ServiceCall call) {
    return MpnsCalls.isPath(call.path());
  }

  @Override
  public String tokenOf(final ServiceCall call) {
    if (MicrosoftTokens.isTokenPath(call.path())) {
      return OAUTH;
    }
    return isForPhone(call) ? MpnsCalls.tokenOf(call) : WnsCalls.tokenOf(call);
  }

  @Override
  public void answer(final ServiceCall call, final Consumer<ServiceAnswer> say) {
    final var counters = site.counters();
    if (MicrosoftTokens.isTokenPath(call.path())) {
      final var answer = tokens.grant(call);
      if (answer.isRefusal()) {
        counters.refused(answer.word());
      }
      say.accept(answer);
      return;
    }
    final boolean knownPath = isForPhone(call) || call.path().equals("/");
    final var answer =
        isForPhone(call)
            ? mpns.answer(call)
            : knownPath ? wns.answer(call) : wns.ordered(call, 404, "NOT_FOUND", 0);
    final boolean accepted =
        answer.word().equals(WnsReason.RECEIVED.name()); // both services have this word
    if (accepted) {
      counters.accepted.increment();
    } else {
      counters.refused(answer.word());
    }
    if (!options.quick()) {
      keep(call, answer.status(), answer.word(), answer.headers(), accepted);
    }
    say.accept(answer);
  }

  @Override
  public void keep(
      final ServiceCall call, final int status, final String word, final boolean deliver) {
    if (!MicrosoftTokens.isTokenPath(call.path())) {
      keep(call, status, word, List.of(), deliver);
    }
  }

  /// Writes the arrival down and lets the device have it.
  private void keep(
      final ServiceCall call,
      final int status,
      final String word,
      final List<HeaderLine> answered,
      final boolean deliver) {
    final boolean phone = isForPhone(call);
    final var push =
        channels
            .arrived()
            .add(sequence ->
                new ArrivedNotification(
                    sequence,
                    tokenOf(call),
                    phone ? Service.MPNS : Service.WNS,
                    call,
                    status,
                    word,
                    answered));
    if (!deliver) {
      return;
    }
    if (call.method().equals("DELETE")) {
      final String match = call.header("X-WNS-Match");
      channels.remove(push, waiting -> WnsCalls.isMeant(match, waiting));
    } else {
      channels.hand(push, phone ? MpnsCalls.handling(call) : WnsCalls.handling(call));
    }
  }

  @Override
  public ServiceAnswer ordered(final ServiceCall call, final Fault fault) {
    if (MicrosoftTokens.isTokenPath(call.path())) {
      final var plain = ServiceAnswer.of(fault.status(), fault.word()).after(fault.retryAfter());
      return fault.word().isEmpty()
          ? plain
          : plain
              .with("Content-Type", "application/json; charset=utf-8")
              .saying("{\"error\":\"" + fault.word() + "\"}");
    }
    return isForPhone(call)
        ? mpns.ordered(call, fault.status(), fault.word(), fault.retryAfter())
        : wns.ordered(call, fault.status(), fault.word(), fault.retryAfter());
  }
}
