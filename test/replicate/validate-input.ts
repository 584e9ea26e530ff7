import type { Violation } from './answers';
import type { InputField, Model } from './models';
import type { Input } from './types';

/** Everything in which an input differs from the model's schema. Unknown members are no violation. */
export function checkInput(model: Model, input: Input): Violation[] {
  const missing = model.required.filter((name) => input[name] === undefined);
  return [
    ...missing.map((name) => ({ type: 'required', field: 'input', description: `${name} is required` })),
    ...Object.entries(model.fields).flatMap(([name, field]) => (input[name] === undefined ? [] : checkField(name, field, input[name]))),
  ];
}

function checkField(name: string, field: InputField, value: unknown): Violation[] {
  const found = (type: string, description: string): Violation[] => [{ type, field: `input.${name}`, description }];
  const given = jsonType(value);
  if (given !== field.type && !(field.type === 'number' && given === 'integer')) {
    return found('invalid_type', `Invalid type. Expected: ${field.type}, given: ${given}`);
  }
  if (field.enum && !field.enum.includes(value as string)) {
    return found('enum', `${name} must be one of the following: ${field.enum.map((one) => JSON.stringify(one)).join(', ')}`);
  }
  if (field.minimum !== undefined && (value as number) < field.minimum) return found('number_gte', `Must be greater than or equal to ${field.minimum}`);
  if (field.maximum !== undefined && (value as number) > field.maximum) return found('number_lte', `Must be less than or equal to ${field.maximum}`);
  if (field.format === 'uri' && !/^(https?|data):/.test(value as string)) return found('format', "Does not match format 'uri'");
  return [];
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

/** The members of a request to create a prediction, `version` aside. The first is required. */
const BODY = ['input', 'webhook', 'webhook_events_filter', 'stream'];
const EVENTS = ['start', 'output', 'logs', 'completed'];

/** Checks the request around the input. `allowHttp`: webhooks to a server without TLS, for the local machine. */
export function checkBody(body: Input, options: { needsVersion: boolean; allowHttp: boolean }): Violation[] {
  const root = (type: string, description: string): Violation => ({ type, field: '', description });
  const known = options.needsVersion ? [...BODY, 'version'] : BODY;
  const found = [
    ...(options.needsVersion ? ['version', 'input'] : ['input']).filter((name) => body[name] === undefined).map((name) => root('required', `${name} is required`)),
    ...Object.keys(body).filter((name) => !known.includes(name)).map((name) => root('additional_property_not_allowed', `Additional property ${name} is not allowed`)),
  ];
  if (body.input !== undefined && jsonType(body.input) !== 'object') {
    found.push({ type: 'invalid_type', field: 'input', description: `Invalid type. Expected: object, given: ${jsonType(body.input)}` });
  }
  // The words for a webhook that isn't https are ours: no quotation of the real ones was found.
  if (body.webhook !== undefined && !isWebhookUrl(body.webhook, options.allowHttp)) {
    found.push({ type: 'format', field: 'webhook', description: 'Must be a valid HTTPS URL' });
  }
  const events = body.webhook_events_filter;
  if (events !== undefined && !(Array.isArray(events) && events.every((event) => EVENTS.includes(event)))) {
    found.push({ type: 'enum', field: 'webhook_events_filter.0', description: `webhook_events_filter.0 must be one of the following: ${EVENTS.map((event) => JSON.stringify(event)).join(', ')}` });
  }
  return found;
}

function isWebhookUrl(value: unknown, allowHttp: boolean): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol } = new URL(value);
  return protocol === 'https:' || (allowHttp && protocol === 'http:');
}
