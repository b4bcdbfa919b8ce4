#include "tflite.h"

#include <stdarg.h>
#include <stdio.h>

static void append(AssayTFLiteMessages *messages, const char *format, va_list arguments) {
  size_t room = sizeof messages->text - messages->count;
  if (room < 2) return;
  int length = vsnprintf(messages->text + messages->count, room - 1, format, arguments);
  if (length < 0) return;
  messages->count += (size_t)length < room - 2 ? (size_t)length : room - 2;
  messages->text[messages->count++] = '\n';
}

static void report(void *data, const char *format, va_list arguments) { append(data, format, arguments); }

TfLiteErrorReporter assay_tflite_reporter(void) { return (TfLiteErrorReporter)report; }

static _Thread_local AssayTFLiteMessages *delegate_messages;

void assay_tflite_set_delegate_messages(AssayTFLiteMessages *messages) { delegate_messages = messages; }

static void append_text(AssayTFLiteMessages *messages, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  append(messages, format, arguments);
  va_end(arguments);
}

void assay_tflite_report_delegate(const char *message) {
  if (delegate_messages && message) append_text(delegate_messages, "%s", message);
}
