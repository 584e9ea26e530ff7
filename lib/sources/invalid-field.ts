import { ApiError } from '../http/errors';

/** 400 that names the field. */
export function invalidField(field: string, message: string): ApiError {
  return new ApiError('validation_failed', 'Validation failed', {
    detail: `${field}: ${message}`,
    details: { fieldErrors: { [field]: [message] }, formErrors: [] },
  });
}

export const invalidSource = (message: string): ApiError => invalidField('src', message);
