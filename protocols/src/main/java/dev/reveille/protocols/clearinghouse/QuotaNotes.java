package dev.reveille.protocols.clearinghouse;

import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.federation.Diagnosis;
import dev.reveille.protocols.federation.DiagnosisCode;
import dev.reveille.sip.message.SipResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What clearing houses said last of the quota that they give to this server's organisations, by
/// domain and app, in memory. Of more than [#MOST] the one that was told longest ago is forgotten.
/// Thread-safe.
public final class QuotaNotes {
  private static final int MOST = 1_000;
  private static final Pattern STATE =
      Pattern.compile(
          "limit=([0-9]{1,15}); left=([0-9]{1,15}); calls=([0-9]{1,15}); reset=([0-9]{1,15})");

  private final Map<Key, Note> notes =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<Key, Note> eldest) {
          return size() > MOST;
        }
      };

  private record Key(OrganisationId organisation, String domain, AppId app) {}

  /// The last that was said.
  ///
  /// @param domain of the clearing house
  /// @param perMinute pushes a minute that it takes over a long time
  /// @param left how many it takes at once
  /// @param kept of these, for calls only
  /// @param resetSeconds after which all that may come at once is there again
  /// @param at when it was said
  /// @param refused pushes that it refused for this, since the start
  public record Note(
      String domain,
      String app,
      long perMinute,
      long left,
      long kept,
      long resetSeconds,
      Instant at,
      long refused) {}

  /// Reads the answer to a push.
  ///
  /// @param domain of the clearing house
  public void heard(
      final OrganisationId organisation,
      final String domain,
      final AppId app,
      final SipResponse response,
      final Instant now) {
    final var state = response.headers().first(PushRequests.QUOTA).map(STATE::matcher);
    if (state.isEmpty() || !state.get().matches()) {
      return;
    }
    final var said = state.get();
    final boolean isRefused =
        Diagnosis.in(response)
            .flatMap(Diagnosis::code)
            .filter(DiagnosisCode.QUOTA_USED::equals)
            .isPresent();
    final var key = new Key(organisation, domain, app);
    synchronized (this) {
      final var before = notes.get(key);
      final long refused = (before == null ? 0 : before.refused) + (isRefused ? 1 : 0);
      notes.put(
          key,
          new Note(
              domain,
              app.value(),
              Long.parseLong(said.group(1)),
              Long.parseLong(said.group(2)),
              Long.parseLong(said.group(3)),
              Long.parseLong(said.group(4)),
              now,
              refused));
    }
  }

  /// What was said to an organisation.
  public synchronized List<Note> of(final OrganisationId organisation) {
    return notes.entrySet().stream()
        .filter(one -> one.getKey().organisation.equals(organisation))
        .map(Map.Entry::getValue)
        .toList();
  }
}
