package dev.holdfast.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.FilterReply;
import ch.qos.logback.core.util.FileSize;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * Where a node's log goes: warnings to stderr, in one line each; everything to a file. Control
 * characters in a message, which may quote what somebody sent, are replaced, so that nobody can
 * write lines of their own into it.
 */
final class Logs {
  private static final String MESSAGE = "%replace(%msg){'\\p{Cntrl}', '?'}";
  private static final String LINE =
      "%d{HH:mm:ss.SSS} %-5level %logger{0}: " + MESSAGE + "%n%nopex";
  private static final String FULL = "%d %-5level [%thread] %logger: " + MESSAGE + "%n%ex";
  private static final FileSize LARGEST = FileSize.valueOf("10 MB");

  /** The engine warns of each connection that ends, also when a neighbour simply leaves. */
  private static final String ENGINE = "org.apache.pekko";

  private Logs() {}

  /** Keeps from stderr what says nothing to whoever runs a node. */
  private static final class EngineFilter extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(ILoggingEvent event) {
      boolean noise = event.getLoggerName().startsWith(ENGINE) && event.getLevel() != Level.ERROR;
      return noise ? FilterReply.DENY : FilterReply.NEUTRAL;
    }
  }

  /**
   * How lines look.
   *
   * @param json whether each is a JSON object
   * @param node the node that they are from
   */
  record Form(boolean json, String node) {
    private Encoder<ILoggingEvent> encoder(String pattern, LoggerContext context) {
      if (json) {
        return new JsonLines(node);
      }
      PatternLayoutEncoder encoder = new PatternLayoutEncoder();
      encoder.setContext(context);
      encoder.setPattern(pattern);
      return encoder;
    }
  }

  /** Logs to stderr; more than warnings if {@code verbose}. */
  static void toStderr(boolean verbose, Form form) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setTarget("System.err");
    ThresholdFilter threshold = new ThresholdFilter();
    threshold.setLevel((verbose ? Level.INFO : Level.WARN).levelStr);
    threshold.start();
    console.addFilter(threshold);
    if (!verbose) {
      console.addFilter(new EngineFilter());
    }
    start(console, form.encoder(verbose ? FULL : LINE, context), context);
    root(context).setLevel(verbose ? Level.INFO : Level.WARN);
  }

  /** Logs to a file as well, with stack traces. Two older files of 10 MB are kept. */
  static void toFile(Path file, Form form) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setFile(file.toString());
    FixedWindowRollingPolicy older = new FixedWindowRollingPolicy();
    older.setContext(context);
    older.setFileNamePattern(file + ".%i");
    older.setMinIndex(1);
    older.setMaxIndex(2);
    older.setParent(appender);
    older.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(LARGEST);
    size.start();
    appender.setRollingPolicy(older);
    appender.setTriggeringPolicy(size);
    start(appender, form.encoder(FULL, context), context);
    root(context).setLevel(Level.INFO);
  }

  /** Keeps the stack trace of something unexpected; answers where, as the end of a sentence. */
  static String keep(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    try {
      Path file = Files.createTempFile("holdfast-error-", ".log");
      Files.writeString(file, trace.toString());
      return "; " + file + " has more";
    } catch (IOException e) {
      return "";
    }
  }

  private static void start(
      OutputStreamAppender<ILoggingEvent> appender,
      Encoder<ILoggingEvent> encoder,
      LoggerContext context) {
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    root(context).addAppender(appender);
  }

  private static Logger root(LoggerContext context) {
    return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
