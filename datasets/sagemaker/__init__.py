"""Amazon SageMaker Ground Truth: manifests, sequences of frames, and cuboids."""
