#!/bin/sh
# What Lambda starts (provided.al2023).
exec "$LAMBDA_TASK_ROOT/daypass" lambda --dir "$LAMBDA_TASK_ROOT/access"
