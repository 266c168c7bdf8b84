package dev.reveille.sip.jain;

import gov.nist.core.StackLogger;
import java.util.Properties;

/// Keeps JAIN-SIP from logging, and from the library that it would log with. The stack makes one by
/// its name.
public final class JainSilence implements StackLogger {
  @Override
  public void logStackTrace() {}

  @Override
  public void logStackTrace(final int level) {}

  @Override
  public int getLineCount() {
    return 0;
  }

  @Override
  public void logException(final Throwable fault) {}

  @Override
  public void logDebug(final String text) {}

  @Override
  public void logDebug(final String text, final Exception fault) {}

  @Override
  public void logTrace(final String text) {}

  @Override
  public void logFatalError(final String text) {}

  @Override
  public void logError(final String text) {}

  @Override
  public boolean isLoggingEnabled() {
    return false;
  }

  @Override
  public boolean isLoggingEnabled(final int level) {
    return false;
  }

  @Override
  public void logError(final String text, final Exception fault) {}

  @Override
  public void logWarning(final String text) {}

  @Override
  public void logInfo(final String text) {}

  @Override
  public void disableLogging() {}

  @Override
  public void enableLogging() {}

  @Override
  public void setBuildTimeStamp(final String time) {}

  @Override
  public void setStackProperties(final Properties properties) {}

  @Override
  public String getLoggerName() {
    return "none";
  }
}
